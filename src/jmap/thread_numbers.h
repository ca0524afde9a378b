/*
 * thread_numbers.h - threads numbered from 0 in the order in which they are met
 */
#pragma once

#include <stdint.h>

/* Zeroed is empty. 17 to 33 octets for each. */
struct thread_numbers {
	int64_t *ids; /* by number */
	uint32_t *slots, count,
		slot_count; /* by a hash of the id; 0: free, else number + 1 */
};

/* The number of a thread, which gets one if it has none. */
uint32_t thread_number(struct thread_numbers *t, int64_t id);
void thread_numbers_done(struct thread_numbers *t);
