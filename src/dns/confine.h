/*
 * confine.h - gives up what the resolver process does not need
 */
#pragma once

#include <stdbool.h>

/* For good: root's identity, new privileges, child processes, memory and descriptors
 * beyond resolver.h, and life beyond the thread that started it. False: something was
 * refused; then the process must not go on. */
[[nodiscard]] bool confine(void);
