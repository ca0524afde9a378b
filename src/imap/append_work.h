/*
 * append_work.h - the jobs of APPEND and REPLACE
 *
 * Messages are made before the account is taken, as many as may lie in memory
 * at once, the rest one by one. All are there in the end, or none.
 */
#pragma once

#include "imap/append_make.h"
#include "imap/task.h"

struct append_request {
	struct append_source source;
	enum append_step step; /* of a command without a literal that is data */
	slice name;            /* of the mailbox, in the store */
	struct date now;
	enum err trouble; /* why the octets could not be kept, or a message not be made */
	struct append_fault fault;
};

void append_prepare(struct job *j);
enum err append_work(struct task *t, struct account *a);
/* The message in t->uids goes. */
enum err replace_work(struct task *t, struct account *a);
