/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the model once a second on a made-up picture and prints its scores. */
#include <tiny.h>

alignas(TINY_ARENA_ALIGN) static uint8_t arena[TINY_ARENA_BYTES];
static int8_t image[TINY_IMAGE_COUNT];
static int8_t probabilities[TINY_PROBABILITIES_COUNT];

void setup() {
  Serial.begin(115200);
  for (size_t i = 0; i < TINY_IMAGE_COUNT; i++) {
    image[i] = (int8_t)((int32_t)((i * 37u + 11u) & 255u) - 128);
  }
}

void loop() {
  struct tiny_inputs in = {image};
  struct tiny_outputs out = {probabilities};
  if (tiny_run(arena, &in, &out) == TVM_TINY_OK) {
    for (int8_t score : probabilities) {
      Serial.println(score);
    }
  }
  delay(1000);
}
