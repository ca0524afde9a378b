/*
 * confine.h - gives up what a child process of ours does not need
 */
#pragma once

#include <stdbool.h>
#include <sys/resource.h>

struct confinement {
	rlim_t files;  /* descriptors */
	rlim_t memory; /* octets of data; not where a sanitizer maps its own */
};

enum { CONFINED_UID = 65534 }; /* who it becomes when root started it: nobody */

/* For good: root's identity, new privileges, child processes, what lies beyond those
 * limits, and life beyond the thread that started it. False: something was refused;
 * then the process must not go on. */
[[nodiscard]] bool confine(const struct confinement *to);
