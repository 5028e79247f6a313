/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames on a line that may damage, lose, double or insert bytes.
 *
 * A frame is a header, a payload and a CRC-32 (IEEE 802.3) over both, little endian, with zeros
 * stuffed away (COBS: S. Cheshire, M. Baker, "Consistent Overhead Byte Stuffing", 1999) between two
 * zero bytes. So whatever happens to a frame, the next one is found again. The first byte of the
 * header is zero: stuffed frames begin with a byte that no text begins with.
 *
 *   header: mark (0), kind, status, sequence (2 bytes), session (4 bytes)
 */
#ifndef TVM_TINY_LINK_H
#define TVM_TINY_LINK_H

#include <stddef.h>
#include <stdint.h>

/* Largest payload. Receive and transmit buffer take about as much each. */
#ifndef TVM_TINY_LINK_PAYLOAD_BYTES
#define TVM_TINY_LINK_PAYLOAD_BYTES 512u
#endif

#define TVM_TINY_LINK_HEADER_BYTES 9u
#define TVM_TINY_LINK_CRC_BYTES 4u
#define TVM_TINY_LINK_FRAME_BYTES                                                                  \
    (TVM_TINY_LINK_HEADER_BYTES + TVM_TINY_LINK_PAYLOAD_BYTES + TVM_TINY_LINK_CRC_BYTES)
#define TVM_TINY_LINK_STUFFED_BYTES                                                                \
    (TVM_TINY_LINK_FRAME_BYTES + TVM_TINY_LINK_FRAME_BYTES / 254u + 1u)
#define TVM_TINY_LINK_FIRST 0x01u /* first byte of every stuffed frame */

/* A frame that is received. Its bytes are stuffed until tvm_tiny_link_end has said yes. */
struct tvm_tiny_link {
    size_t length;
    int too_long;
    uint8_t bytes[TVM_TINY_LINK_STUFFED_BYTES];
};

void tvm_tiny_link_begin(struct tvm_tiny_link *link);

/* A byte between the zeros. */
void tvm_tiny_link_push(struct tvm_tiny_link *link, uint8_t byte);

/* The closing zero: 1 if link->bytes is now a frame of link->length bytes, CRC not counted. */
int tvm_tiny_link_end(struct tvm_tiny_link *link);

/* Appends the CRC to a frame of that length and sends it byte by byte. */
void tvm_tiny_link_send(uint8_t *frame, size_t length, void (*write)(uint8_t byte));

/* CRC-32 of bytes that follow on those with CRC-32 crc; begin with 0. */
uint32_t tvm_tiny_link_crc(uint32_t crc, const uint8_t *bytes, size_t length);

uint32_t tvm_tiny_link_get(const uint8_t *bytes, size_t count);
void tvm_tiny_link_put(uint8_t *bytes, size_t count, uint32_t value);

#endif /* TVM_TINY_LINK_H */
