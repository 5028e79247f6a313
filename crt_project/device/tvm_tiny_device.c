/* SPDX-License-Identifier: Apache-2.0 */
#include "tvm_tiny_device.h"

#define KIND 1u
#define STATUS 2u
#define SEQUENCE 3u
#define SESSION 5u
#define PAYLOAD TVM_TINY_LINK_HEADER_BYTES
#define BUILD_BYTES 16u
#define NAME_BYTES 64u
#define POLLS_PER_S 16u /* how often the line is looked at while the model runs */
#define SILENCE_S 2u /* after a longer pause a frame that has not ended is forgotten */

uint64_t tvm_tiny_device_now(struct tvm_tiny_device *device)
{
    const uint32_t ticks = tvm_tiny_port_ticks();
    device->ticks += (uint32_t)(ticks - device->last_ticks);
    device->last_ticks = ticks;
    return device->ticks;
}

void tvm_tiny_device_start(struct tvm_tiny_device *device,
                           const struct tvm_tiny_device_model *model)
{
    device->model = model;
    device->clock = tvm_tiny_port_open();
    device->last_ticks = tvm_tiny_port_ticks();
    device->ticks = 0;
    device->last_byte_ticks = 0;
    device->run = 0;
    device->in_frame = 0;
    device->open = 0;
    device->pending = 0;
    device->held = -1;
    device->stopped = 0;
    device->reply_bytes = 0;
    tvm_tiny_link_begin(&device->link);
    tvm_tiny_th_start(device);
}

void tvm_tiny_device_mark(struct tvm_tiny_device *device, int32_t layer)
{
    const struct tvm_tiny_device_model *model = device->model;
    const uint64_t now = tvm_tiny_device_now(device);
    if (model->layer_ticks != NULL && layer >= 0 && (uint32_t)layer < model->layers) {
        model->layer_ticks[layer] += (uint32_t)(now - device->layer_begin);
    }
    device->layer_begin = tvm_tiny_device_now(device);
}

/* Whether what is in the link, between two zeros, is something else than the last request. */
static int another_request(struct tvm_tiny_device *device)
{
    const uint8_t *frame = device->link.bytes;
    if (device->link.length == 0 || !tvm_tiny_link_end(&device->link)) {
        return 0;
    }
    return !device->open || tvm_tiny_link_get(frame + SESSION, 4) != device->session ||
           tvm_tiny_link_get(frame + SEQUENCE, 2) != device->sequence;
}

/* Looks at the line while the model runs: whether to stop. Copies of the request are dropped. */
static int stop_asked(struct tvm_tiny_device *device)
{
    while (!device->pending && device->held < 0) {
        const int byte = tvm_tiny_port_read();
        if (byte < 0) {
            return 0;
        }
        device->last_byte_ticks = tvm_tiny_device_now(device);
        if (byte == 0) {
            device->pending = device->in_frame && another_request(device);
            if (!device->pending) {
                device->in_frame = 1;
                tvm_tiny_link_begin(&device->link);
            }
        } else if (device->in_frame &&
                   (device->link.length != 0 || byte == TVM_TINY_LINK_FIRST)) {
            tvm_tiny_link_push(&device->link, (uint8_t)byte);
        } else if (byte == (int)TVM_TINY_DEVICE_STOP) {
            return 1;
        } else {
            device->in_frame = 0;
            device->held = byte;
        }
    }
    return device->pending;
}

int tvm_tiny_device_run(struct tvm_tiny_device *device, uint32_t runs, uint64_t *ticks)
{
    const struct tvm_tiny_device_model *model = device->model;
    const uint64_t begin = tvm_tiny_device_now(device);
    const uint64_t pause = device->clock.hz / POLLS_PER_S;
    uint64_t looked = begin;
    int status = 0;
    device->stopped = 0;
    device->run++; /* results of earlier runs are gone */
    runs = runs > TVM_TINY_DEVICE_MOST_RUNS ? TVM_TINY_DEVICE_MOST_RUNS : runs;
    while (runs-- != 0 && status == 0 && !device->stopped) {
        if (model->layer_ticks != NULL) {
            uint32_t i;
            for (i = 0; i < model->layers; i++) {
                model->layer_ticks[i] = 0;
            }
        }
        device->layer_begin = tvm_tiny_device_now(device);
        status = model->run();
        if (runs != 0 && tvm_tiny_device_now(device) - looked >= pause) {
            device->stopped = stop_asked(device);
            looked = tvm_tiny_device_now(device);
        }
    }
    *ticks = tvm_tiny_device_now(device) - begin;
    return status;
}

static void send_reply(struct tvm_tiny_device *device)
{
    tvm_tiny_link_send(device->reply, device->reply_bytes, tvm_tiny_port_write);
}

/* An answer of which nothing is kept. */
static void complain(const struct tvm_tiny_device *device, const uint8_t *request,
                     enum tvm_tiny_device_status status)
{
    uint8_t frame[TVM_TINY_LINK_HEADER_BYTES + TVM_TINY_LINK_CRC_BYTES] = {0};
    frame[STATUS] = (uint8_t)status;
    if (request != NULL) {
        frame[KIND] = (uint8_t)(request[KIND] | TVM_TINY_DEVICE_REPLY);
        tvm_tiny_link_put(frame + SEQUENCE, 2, tvm_tiny_link_get(request + SEQUENCE, 2));
        tvm_tiny_link_put(frame + SESSION, 4, tvm_tiny_link_get(request + SESSION, 4));
    } else {
        frame[KIND] = TVM_TINY_DEVICE_REPLY;
        tvm_tiny_link_put(frame + SEQUENCE, 2, device->sequence);
        tvm_tiny_link_put(frame + SESSION, 4, device->session);
    }
    tvm_tiny_link_send(frame, TVM_TINY_LINK_HEADER_BYTES, tvm_tiny_port_write);
}

/* Puts numbers behind what is in the reply. */
static void add(struct tvm_tiny_device *device, size_t count, uint32_t value)
{
    tvm_tiny_link_put(device->reply + device->reply_bytes, count, value);
    device->reply_bytes += count;
}

static void add_bytes(struct tvm_tiny_device *device, const uint8_t *bytes, size_t count)
{
    while (count-- != 0) {
        device->reply[device->reply_bytes++] = *bytes++;
    }
}

static void add_text(struct tvm_tiny_device *device, const char *text, uint32_t longest)
{
    while (longest-- != 0 && *text != '\0') {
        device->reply[device->reply_bytes++] = (uint8_t)*text++;
    }
}

static enum tvm_tiny_device_status hello(struct tvm_tiny_device *device, size_t length)
{
    const struct tvm_tiny_device_model *model = device->model;
    const int traced = model->layer_ticks != NULL;
    if (length != 0) {
        return TVM_TINY_DEVICE_BAD_REQUEST;
    }
    add(device, 1, TVM_TINY_DEVICE_PROTOCOL);
    add(device, 1, (uint32_t)device->clock.kind);
    add(device, 1, traced ? 1u : 0u);
    add(device, 2, TVM_TINY_LINK_PAYLOAD_BYTES);
    add(device, 4, device->clock.hz);
    add(device, 4, model->input_bytes);
    add(device, 4, model->output_bytes);
    add(device, 4, model->arena_bytes);
    add(device, 4, model->layers);
    add_text(device, model->build, BUILD_BYTES);
    add_text(device, model->name, NAME_BYTES);
    return TVM_TINY_DEVICE_OK;
}

static enum tvm_tiny_device_status load(struct tvm_tiny_device *device, const uint8_t *payload,
                                        size_t length)
{
    const struct tvm_tiny_device_model *model = device->model;
    uint32_t offset;
    size_t i;
    if (length <= 4u) {
        return TVM_TINY_DEVICE_BAD_REQUEST;
    }
    offset = tvm_tiny_link_get(payload, 4);
    length -= 4u;
    if (length > model->input_bytes || offset > model->input_bytes - length) {
        return TVM_TINY_DEVICE_BAD_RANGE;
    }
    for (i = 0; i < length; i++) {
        model->input_block[offset + i] = payload[4u + i];
    }
    device->loaded_bytes = 0; /* what text commands have loaded is no longer whole */
    return TVM_TINY_DEVICE_OK;
}

static enum tvm_tiny_device_status run(struct tvm_tiny_device *device, const uint8_t *payload,
                                       size_t length)
{
    const struct tvm_tiny_device_model *model = device->model;
    uint64_t ticks = 0;
    uint32_t runs;
    int status;
    if (length != 8u) {
        return TVM_TINY_DEVICE_BAD_REQUEST;
    }
    runs = tvm_tiny_link_get(payload, 4);
    if (runs == 0 || runs > TVM_TINY_DEVICE_MOST_RUNS) {
        return TVM_TINY_DEVICE_BAD_RANGE;
    }
    if (tvm_tiny_link_crc(0, model->input_block, model->input_bytes) !=
        tvm_tiny_link_get(payload + 4, 4)) {
        return TVM_TINY_DEVICE_BAD_INPUT;
    }
    status = tvm_tiny_device_run(device, runs, &ticks);
    if (status != 0) {
        add(device, 4, (uint32_t)status);
        return TVM_TINY_DEVICE_BAD_MODEL;
    }
    if (device->stopped) {
        return TVM_TINY_DEVICE_INTERRUPTED;
    }
    add(device, 4, device->run);
    add(device, 4, (uint32_t)(ticks & 0xFFFFFFFFu));
    add(device, 4, (uint32_t)(ticks >> 32));
    add(device, 4, tvm_tiny_link_crc(0, model->output_block, model->output_bytes));
    return TVM_TINY_DEVICE_OK;
}

/* Bytes of 32-bit counters as they are sent, on any machine. */
static void add_words(struct tvm_tiny_device *device, const uint32_t *words, uint32_t offset,
                      uint32_t count)
{
    uint32_t i;
    for (i = offset; i < offset + count; i++) {
        add(device, 1, words[i / 4u] >> (8u * (i % 4u)) & 255u);
    }
}

static enum tvm_tiny_device_status read_back(struct tvm_tiny_device *device, const uint8_t *payload,
                                             size_t length)
{
    const struct tvm_tiny_device_model *model = device->model;
    uint32_t what, offset, count, size = 0;
    if (length != 11u) {
        return TVM_TINY_DEVICE_BAD_REQUEST;
    }
    if (device->run == 0 || device->stopped || tvm_tiny_link_get(payload, 4) != device->run) {
        return TVM_TINY_DEVICE_BAD_RUN;
    }
    what = payload[4];
    offset = tvm_tiny_link_get(payload + 5, 4);
    count = tvm_tiny_link_get(payload + 9, 2);
    if (what == TVM_TINY_DEVICE_OUTPUTS) {
        size = model->output_bytes;
    } else if (what == TVM_TINY_DEVICE_LAYER_TICKS && model->layer_ticks != NULL) {
        size = 4u * model->layers;
    }
    if (count == 0 || count > TVM_TINY_LINK_PAYLOAD_BYTES || count > size ||
        offset > size - count) {
        return TVM_TINY_DEVICE_BAD_RANGE;
    }
    if (what == TVM_TINY_DEVICE_OUTPUTS) {
        add_bytes(device, model->output_block + offset, count);
    } else {
        add_words(device, model->layer_ticks, offset, count);
    }
    return TVM_TINY_DEVICE_OK;
}

/* Carries a request out and answers it. */
static void serve(struct tvm_tiny_device *device, const uint8_t *frame, size_t payload_bytes)
{
    const uint8_t *payload = frame + PAYLOAD;
    enum tvm_tiny_device_status status = TVM_TINY_DEVICE_BAD_REQUEST;
    uint8_t *reply = device->reply;
    uint32_t i;
    for (i = 0; i < TVM_TINY_LINK_HEADER_BYTES; i++) {
        reply[i] = frame[i];
    }
    reply[KIND] = (uint8_t)(frame[KIND] | TVM_TINY_DEVICE_REPLY);
    device->reply_bytes = PAYLOAD;
    switch (frame[KIND]) {
    case TVM_TINY_DEVICE_HELLO:
        status = hello(device, payload_bytes);
        break;
    case TVM_TINY_DEVICE_LOAD:
        status = load(device, payload, payload_bytes);
        break;
    case TVM_TINY_DEVICE_RUN:
        status = run(device, payload, payload_bytes);
        break;
    case TVM_TINY_DEVICE_READ:
        status = read_back(device, payload, payload_bytes);
        break;
    default:
        break;
    }
    reply[STATUS] = (uint8_t)status;
    send_reply(device);
}

static void receive(struct tvm_tiny_device *device, const uint8_t *frame, size_t length)
{
    const uint32_t session = tvm_tiny_link_get(frame + SESSION, 4);
    const uint16_t sequence = (uint16_t)tvm_tiny_link_get(frame + SEQUENCE, 2);
    const uint16_t ahead = (uint16_t)(sequence - device->sequence);
    const int ours = device->open && session == device->session;
    if (frame[KIND] == TVM_TINY_DEVICE_HELLO && !ours) {
        device->open = 1;
        device->session = session;
        device->sequence = sequence;
        serve(device, frame, length - PAYLOAD);
    } else if (!ours) {
        complain(device, frame, TVM_TINY_DEVICE_BAD_SESSION);
    } else if (ahead == 0) {
        send_reply(device);
    } else if (ahead == 1) {
        device->sequence = sequence;
        serve(device, frame, length - PAYLOAD);
    } else if (ahead < 0x8000u) {
        complain(device, frame, TVM_TINY_DEVICE_BAD_SEQUENCE);
    }
}

/* Serves the frame that is in the link, and those that come whole while it is served. */
static void take_frame(struct tvm_tiny_device *device)
{
    do {
        const size_t length = device->link.length;
        device->pending = 0;
        device->in_frame = 1;
        tvm_tiny_link_begin(&device->link); /* its bytes stay until others come */
        receive(device, device->link.bytes, length);
    } while (device->pending);
}

static void push(struct tvm_tiny_device *device, uint8_t byte)
{
    const uint64_t now = tvm_tiny_device_now(device);
    if (device->clock.hz != 0 &&
        now - device->last_byte_ticks > (uint64_t)SILENCE_S * device->clock.hz) {
        device->in_frame = 0;
    }
    device->last_byte_ticks = now;
    if (byte == 0) {
        const int came = device->in_frame && device->link.length != 0;
        const int whole = came && tvm_tiny_link_end(&device->link);
        device->in_frame = 1;
        device->command_bytes = 0;
        device->command_bad = 0;
        if (whole) {
            take_frame(device);
        } else {
            tvm_tiny_link_begin(&device->link);
        }
        if (came && !whole) {
            complain(device, NULL, TVM_TINY_DEVICE_DAMAGED);
        }
        return;
    }
    if (device->in_frame && device->link.length == 0 && byte != TVM_TINY_LINK_FIRST) {
        device->in_frame = 0;
    }
    if (device->in_frame) {
        tvm_tiny_link_push(&device->link, byte);
    } else {
        tvm_tiny_th_push(device, byte);
    }
}

void tvm_tiny_device_poll(struct tvm_tiny_device *device)
{
    int byte = tvm_tiny_port_read();
    if (byte < 0) {
        (void)tvm_tiny_device_now(device); /* often enough that the clock never wraps unseen */
    }
    while (byte >= 0) {
        push(device, (uint8_t)byte);
        if (device->pending) { /* it came while a text command ran */
            take_frame(device);
        }
        byte = device->held >= 0 ? device->held : tvm_tiny_port_read();
        device->held = -1;
    }
}
