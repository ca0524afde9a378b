/*
 * update.h - the UPDATE state: the one job in which QUIT changes the mailbox
 *
 * What goes, by the retention policy (struct pop3_retention), and the marks of
 * what was retrieved: all of it or nothing. Messages that are gone already are
 * no failure.
 */
#pragma once

#include "base/interval_set.h"
#include "base/job.h"

struct pop3;

struct update {
	struct job job;
	/* request */
	int64_t mailbox;
	struct interval_set removed, seen, kept; /* UIDs: to go, to get \Seen, to get
						    POP3_RETRIEVED */
};

void update_done(struct update *u);
/* Answers QUIT and closes, after the job where there is something to do. */
void update_start(struct pop3 *p);
