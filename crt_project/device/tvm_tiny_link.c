/* SPDX-License-Identifier: Apache-2.0 */
#include "tvm_tiny_link.h"

#define RUN 254u /* bytes that are not zero behind one code byte */

void tvm_tiny_link_begin(struct tvm_tiny_link *link)
{
    link->length = 0;
    link->too_long = 0;
}

void tvm_tiny_link_push(struct tvm_tiny_link *link, uint8_t byte)
{
    if (link->length == TVM_TINY_LINK_STUFFED_BYTES) {
        link->too_long = 1;
        return;
    }
    link->bytes[link->length++] = byte;
}

/* Takes the stuffing out, in place: a byte is never written before it is read. */
static int unstuff(struct tvm_tiny_link *link)
{
    uint8_t *bytes = link->bytes;
    size_t from = 0, to = 0;
    while (from < link->length) {
        size_t code = bytes[from++], left = code - 1u;
        if (left > link->length - from) {
            return 0; /* cut */
        }
        while (left-- != 0) {
            bytes[to++] = bytes[from++];
        }
        if (code <= RUN && from < link->length) {
            bytes[to++] = 0;
        }
    }
    link->length = to;
    return 1;
}

int tvm_tiny_link_end(struct tvm_tiny_link *link)
{
    size_t body;
    if (link->too_long || !unstuff(link)) {
        return 0;
    }
    if (link->length < TVM_TINY_LINK_HEADER_BYTES + TVM_TINY_LINK_CRC_BYTES ||
        link->length > TVM_TINY_LINK_FRAME_BYTES || link->bytes[0] != 0) {
        return 0;
    }
    body = link->length - TVM_TINY_LINK_CRC_BYTES;
    if (tvm_tiny_link_crc(0, link->bytes, body) != tvm_tiny_link_get(link->bytes + body, 4)) {
        return 0;
    }
    link->length = body;
    return 1;
}

void tvm_tiny_link_send(uint8_t *frame, size_t length, void (*write)(uint8_t byte))
{
    const size_t total = length + TVM_TINY_LINK_CRC_BYTES;
    size_t at = 0, i;
    tvm_tiny_link_put(frame + length, 4, tvm_tiny_link_crc(0, frame, length));
    write(0);
    for (;;) {
        size_t run = 0;
        while (run < RUN && at + run < total && frame[at + run] != 0) {
            run++;
        }
        write((uint8_t)(run + 1u));
        for (i = 0; i < run; i++) {
            write(frame[at + i]);
        }
        at += run;
        if (at == total) {
            break;
        }
        if (run < RUN) {
            at++; /* the zero, which the next code byte stands for */
        }
    }
    write(0);
}

uint32_t tvm_tiny_link_crc(uint32_t crc, const uint8_t *bytes, size_t length)
{
    /* Remainders of four bits at a time. */
    static const uint32_t table[16] = {
        0x00000000u, 0x1DB71064u, 0x3B6E20C8u, 0x26D930ACu, 0x76DC4190u, 0x6B6B51F4u,
        0x4DB26158u, 0x5005713Cu, 0xEDB88320u, 0xF00F9344u, 0xD6D6A3E8u, 0xCB61B38Cu,
        0x9B64C2B0u, 0x86D3D2D4u, 0xA00AE278u, 0xBDBDF21Cu,
    };
    crc = ~crc;
    while (length-- != 0) {
        crc ^= *bytes++;
        crc = crc >> 4 ^ table[crc & 15u];
        crc = crc >> 4 ^ table[crc & 15u];
    }
    return ~crc;
}

uint32_t tvm_tiny_link_get(const uint8_t *bytes, size_t count)
{
    uint32_t value = 0;
    while (count-- != 0) {
        value = value << 8 | bytes[count];
    }
    return value;
}

void tvm_tiny_link_put(uint8_t *bytes, size_t count, uint32_t value)
{
    while (count-- != 0) {
        *bytes++ = (uint8_t)(value & 255u);
        value >>= 8;
    }
}
