/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text commands by which the MLPerf Tiny runner drives a device (performance mode): words
 * ended by '%'; every answer ends with the line m-ready. Described with the benchmark,
 * https://github.com/mlcommons/tiny (benchmark/api, benchmark/runner).
 *
 * Two things are stricter: the number of bytes announced must be what the model takes, and infer
 * wants all of them to have come. The runner keeps to both.
 */
#include "tvm_tiny_device.h"

#define END '%'
#define FIRMWARE "ULPMark for tinyML Firmware V0.0.1" /* the version of the commands */
#define DEFAULT_WARMUPS 10u
#define PRINTED_BYTES 16u
#define LINE_BYTES 8u
#define MOST 1000000000u /* of any number in a command */
#define MICROSECONDS 1000000u

static void text(const char *string)
{
    while (*string != '\0') {
        tvm_tiny_port_write((uint8_t)*string++);
    }
}

static void number(uint64_t value)
{
    char digits[20];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + (char)(value % 10u));
        value /= 10u;
    } while (value != 0);
    while (count != 0) {
        tvm_tiny_port_write((uint8_t)digits[--count]);
    }
}

static void hex(uint8_t byte)
{
    static const char digits[] = "0123456789abcdef";
    tvm_tiny_port_write((uint8_t)digits[byte >> 4]);
    tvm_tiny_port_write((uint8_t)digits[byte & 15u]);
}

/* Three places behind the point, rounded; what is far too large is cut. */
static void decimal(float value)
{
    const float limit = 2.0e6f;
    uint32_t thousandths;
    if (value != value) {
        text("nan");
        return;
    }
    if (value < 0.0f) {
        tvm_tiny_port_write('-');
        value = -value;
    }
    thousandths = (uint32_t)((value > limit ? limit : value) * 1000.0f + 0.5f);
    number(thousandths / 1000u);
    tvm_tiny_port_write('.');
    number(thousandths / 100u % 10u);
    number(thousandths / 10u % 10u);
    number(thousandths % 10u);
}

/* The next word of a command, NULL if there is none; ends it with '\0' and steps behind it. */
static char *word(char **rest)
{
    char *begin = *rest, *end;
    while (*begin == ' ') {
        begin++;
    }
    if (*begin == '\0') {
        return NULL;
    }
    end = begin;
    while (*end != '\0' && *end != ' ') {
        end++;
    }
    *rest = end;
    if (*end != '\0') {
        *end = '\0';
        *rest = end + 1;
    }
    return begin;
}

static int same(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

/* A decimal number of a command: 0 if it is none or too large. */
static int parse(const char *digits, uint32_t *value)
{
    if (*digits == '\0') {
        return 0;
    }
    *value = 0;
    while (*digits != '\0') {
        if (*digits < '0' || *digits > '9' || *value > MOST / 10u) {
            return 0;
        }
        *value = *value * 10u + (uint32_t)(*digits++ - '0');
    }
    return 1;
}

static int nibble(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    if (digit >= 'A' && digit <= 'F') {
        return digit - 'A' + 10;
    }
    return -1;
}

/* Bytes that the runner sends for one inference. */
static uint32_t wanted(const struct tvm_tiny_device_model *model)
{
    const int floats = model->th_form == TVM_TINY_TH_FEATURES;
    return floats ? model->inputs[0].count * 4u : model->input_bytes;
}

static void take(const struct tvm_tiny_device_model *model, uint32_t at, uint8_t byte)
{
    if (model->th_form == TVM_TINY_TH_FEATURES) {
        __builtin_memcpy((uint8_t *)model->features + at, &byte, 1);
    } else if (model->th_form == TVM_TINY_TH_PIXELS) {
        model->input_block[at] = byte ^ 0x80u;
    } else {
        model->input_block[at] = byte;
    }
}

static uint8_t taken(const struct tvm_tiny_device_model *model, uint32_t at)
{
    uint8_t byte = 0;
    if (model->th_form == TVM_TINY_TH_FEATURES) {
        __builtin_memcpy(&byte, (const uint8_t *)model->features + at, 1);
        return byte;
    }
    byte = model->input_block[at];
    return model->th_form == TVM_TINY_TH_PIXELS ? (uint8_t)(byte ^ 0x80u) : byte;
}

/* An element that is no float; uint32 and int64 are not what models end in. */
static int32_t integer(const struct tvm_tiny_device_tensor *tensor, const uint8_t *block,
                       uint32_t index)
{
    const uint32_t bytes = tensor->integer_bytes == 0 ? 1u : (uint32_t)tensor->integer_bytes;
    const uint8_t *from = block + tensor->offset_bytes + bytes * index;
    int32_t wide = 0;
    int16_t half;
    if (bytes == 4u) {
        __builtin_memcpy(&wide, from, 4);
        return wide;
    }
    if (bytes == 2u) {
        __builtin_memcpy(&half, from, 2);
        return tensor->is_unsigned ? (int32_t)(uint16_t)half : half;
    }
    return tensor->is_unsigned ? (int32_t)*from : (int32_t)(int8_t)*from;
}

static float dequantised(const struct tvm_tiny_device_tensor *tensor, const uint8_t *block,
                         uint32_t index)
{
    if (tensor->is_float) {
        float value;
        __builtin_memcpy(&value, block + tensor->offset_bytes + 4u * index, 4);
        return value;
    }
    return (float)(integer(tensor, block, index) - tensor->zero_point) * tensor->scale;
}

/* round(value / scale) + zero point, halves away from zero, within int8. */
static int8_t quantised(const struct tvm_tiny_device_tensor *tensor, float value)
{
    const float steps = value / tensor->scale;
    int32_t whole;
    float part;
    if (!(steps > -1000.0f)) {
        return -128;
    }
    if (steps > 1000.0f) {
        return 127;
    }
    whole = (int32_t)steps;
    part = steps - (float)whole;
    whole += part >= 0.5f ? 1 : part <= -0.5f ? -1 : 0;
    whole += tensor->zero_point;
    return (int8_t)(whole < -128 ? -128 : whole > 127 ? 127 : whole);
}

/* What the runner calls loading the tensor. */
static void use_features(const struct tvm_tiny_device_model *model)
{
    const struct tvm_tiny_device_tensor *input = &model->inputs[0];
    uint32_t i;
    for (i = 0; i < input->count; i++) {
        const int8_t value = quantised(input, model->features[i]);
        __builtin_memcpy(model->input_block + input->offset_bytes + i, &value, 1);
    }
}

static float squared_error(const struct tvm_tiny_device_model *model)
{
    const struct tvm_tiny_device_tensor *output = &model->outputs[0];
    float sum = 0.0f;
    uint32_t i;
    for (i = 0; i < output->count; i++) {
        const float difference =
            dequantised(output, model->output_block, i) - model->features[i];
        sum += difference * difference;
    }
    return sum / (float)output->count;
}

static void results(const struct tvm_tiny_device *device)
{
    const struct tvm_tiny_device_model *model = device->model;
    uint32_t tensor, i;
    if (device->run == 0 || device->stopped) {
        text("e-[There are no results yet]\r\n");
        return;
    }
    text("m-results-[");
    if (model->th_form == TVM_TINY_TH_FEATURES) {
        decimal(squared_error(model));
    } else {
        for (tensor = 0; tensor < model->output_count; tensor++) {
            const struct tvm_tiny_device_tensor *output = &model->outputs[tensor];
            for (i = 0; i < output->count; i++) {
                if (tensor + i != 0) {
                    tvm_tiny_port_write(',');
                }
                decimal(dequantised(output, model->output_block, i));
            }
        }
    }
    text("]\r\n");
}

static void timestamp(struct tvm_tiny_device *device)
{
    const uint64_t hz = device->clock.hz, ticks = tvm_tiny_device_now(device);
    uint64_t microseconds = 0;
    if (hz != 0) {
        microseconds = ticks / hz * MICROSECONDS + ticks % hz * MICROSECONDS / hz;
    }
    text("m-lap-us-");
    number(microseconds);
    text("\r\n");
}

static void run(struct tvm_tiny_device *device, uint32_t runs, uint32_t warmups)
{
    uint64_t ticks;
    int status = 0;
    if (device->model->th_form == TVM_TINY_TH_FEATURES) {
        use_features(device->model);
    }
    text("m-warmup-start-");
    number(warmups);
    text("\r\n");
    status = tvm_tiny_device_run(device, warmups, &ticks);
    if (device->stopped) {
        text("e-[Interrupted]\r\n");
        return;
    }
    text("m-warmup-done\r\nm-infer-start-");
    number(runs);
    text("\r\n");
    timestamp(device);
    if (status == 0) {
        status = tvm_tiny_device_run(device, runs, &ticks);
    }
    timestamp(device);
    if (device->stopped) {
        text("e-[Interrupted]\r\n");
        return;
    }
    if (status != 0) {
        text("e-[The model refused to run]\r\n");
        return;
    }
    text("m-infer-done\r\n");
    results(device);
}

static void infer(struct tvm_tiny_device *device, char *rest)
{
    const char *given_runs = word(&rest), *given_warmups = word(&rest);
    uint32_t runs = 1, warmups = DEFAULT_WARMUPS;
    if (given_runs != NULL && (!parse(given_runs, &runs) || runs == 0)) {
        text("e-[Inference iterations must be >0]\r\n");
    } else if (given_warmups != NULL && !parse(given_warmups, &warmups)) {
        text("e-[Inference warmup must be >=0]\r\n");
    } else if (runs > TVM_TINY_DEVICE_MOST_RUNS || warmups > TVM_TINY_DEVICE_MOST_RUNS) {
        text("e-[At most 1000000 inferences]\r\n");
    } else if (device->loaded_bytes != wanted(device->model)) {
        text("e-[Not all bytes of the input are loaded]\r\n");
    } else {
        run(device, runs, warmups);
    }
}

static void db_load(struct tvm_tiny_device *device, const char *given)
{
    const uint32_t needed = wanted(device->model);
    uint32_t bytes = 0;
    device->load_bytes = 0;
    device->loaded_bytes = 0;
    if (given == NULL) {
        text("e-[Command 'db load' requires the # of bytes]\r\n");
    } else if (!parse(given, &bytes) || bytes != needed) {
        text("e-[The model takes ");
        number(needed);
        text(" bytes]\r\n");
    } else {
        device->load_bytes = bytes;
        text("m-[Expecting ");
        number(bytes);
        text(" bytes]\r\n");
    }
}

static void db_print(const struct tvm_tiny_device *device, char *rest)
{
    const char *given_count = word(&rest), *given_offset = word(&rest);
    const uint32_t size = wanted(device->model);
    uint32_t count = PRINTED_BYTES, offset = 0, i;
    if ((given_count != NULL && !parse(given_count, &count)) ||
        (given_offset != NULL && !parse(given_offset, &offset)) || offset > size) {
        text("e-[Command 'db print' takes a number of bytes and an offset]\r\n");
        return;
    }
    count = count > size - offset ? size - offset : count;
    for (i = 0; i < count; i++) {
        text(i % LINE_BYTES == 0 ? "m-buffer-" : "-");
        hex(taken(device->model, offset + i));
        if (i % LINE_BYTES == LINE_BYTES - 1u || i + 1u == count) {
            text("\r\n");
        }
    }
}

/* All digits are looked at before any byte is taken. */
static void db_bytes(struct tvm_tiny_device *device, const char *digits)
{
    uint32_t count = 0, i;
    while (digits[count] != '\0') {
        if (nibble(digits[count]) < 0) {
            text("e-[Invalid hex digit]\r\n");
            return;
        }
        count++;
    }
    if (count % 2u != 0) {
        text("e-[Insufficent number of hex digits]\r\n");
        return;
    }
    if (count / 2u > device->load_bytes - device->loaded_bytes) {
        text("e-[More bytes than 'db load' announced]\r\n");
        return;
    }
    for (i = 0; i < count; i += 2u) {
        const int byte = nibble(digits[i]) * 16 + nibble(digits[i + 1u]);
        take(device->model, device->loaded_bytes++, (uint8_t)byte);
    }
    if (device->loaded_bytes == device->load_bytes) {
        text("m-load-done\r\n");
    }
}

static void db(struct tvm_tiny_device *device, char *rest)
{
    const char *what = word(&rest);
    if (what == NULL) {
        text("e-[Command 'db' requires a subcommand]\r\n");
    } else if (same(what, "load")) {
        db_load(device, word(&rest));
    } else if (same(what, "print")) {
        db_print(device, rest);
    } else {
        db_bytes(device, what);
    }
}

static void help(void)
{
    text(FIRMWARE "\r\n\r\n"
                  "help           these lines\r\n"
                  "name           who answers\r\n"
                  "profile        version of the commands, and the model\r\n"
                  "timestamp      the clock, in microseconds\r\n"
                  "db load N      an input of N bytes will come\r\n"
                  "db HH[HH]*     its next bytes\r\n"
                  "db print [N=16] [OFFSET=0]\r\n"
                  "infer [N=1] [W=10]  N inferences after W unmeasured ones, then the results;\r\n"
                  "               Ctrl-C stops them\r\n"
                  "results        the last results\r\n");
}

static void command(struct tvm_tiny_device *device)
{
    char *rest = device->command;
    const char *name = word(&rest);
    if (name == NULL) {
        text("e-[Unknown command: ]\r\n");
    } else if (same(name, "name")) {
        text("m-name-dut-[");
        text(device->model->th_name);
        text("]\r\n");
    } else if (same(name, "profile")) {
        text("m-profile-[" FIRMWARE "]\r\nm-model-[");
        text(device->model->th_model);
        text("]\r\n");
    } else if (same(name, "timestamp")) {
        timestamp(device);
    } else if (same(name, "db")) {
        db(device, rest);
    } else if (same(name, "infer")) {
        infer(device, rest);
    } else if (same(name, "results")) {
        results(device);
    } else if (same(name, "help")) {
        help();
    } else {
        text("e-[Unknown command: ");
        text(name);
        text("]\r\n");
    }
    text("m-ready\r\n");
}

void tvm_tiny_th_start(struct tvm_tiny_device *device)
{
    device->command_bytes = 0;
    device->command_bad = 0;
    device->load_bytes = 0;
    device->loaded_bytes = 0;
    text("m-timestamp-mode-performance\r\n");
    timestamp(device);
    text("m-init-done\r\nm-ready\r\n");
}

void tvm_tiny_th_push(struct tvm_tiny_device *device, uint8_t byte)
{
    if (byte == END) {
        device->command[device->command_bytes] = '\0';
        if (!device->command_bad) {
            command(device);
        }
        device->command_bytes = 0;
        device->command_bad = 0;
    } else if (byte == '\r' || byte == '\n') {
        return; /* not part of any command: people's terminals send them */
    } else if (byte < ' ' || byte > '~' || device->command_bytes == TVM_TINY_TH_COMMAND_BYTES) {
        device->command_bad = 1; /* noise: nothing up to the next '%' is a command */
    } else {
        device->command[device->command_bytes++] = (char)byte;
    }
}
