/*
 * milter_state.h - a milter client, as its files share it
 *
 * milter.c   the engine: what comes next
 * heed.c     what the filter's words mean
 * tell.c     the packets that tell the filter
 * macros.c   what is told beside them: Sendmail's macros
 */
#pragma once

#include "milter/milter.h"
#include "milter/reply.h"

/* In the order of what happens. */
enum milter_stage {
	AT_OPTIONS,
	AT_CONNECT,
	AT_HELO,
	AT_MAIL,
	AT_RCPT,
	AT_DATA,
	AT_HEADER,
	AT_HEADER_END,
	AT_BODY,
	AT_END,
	MILTER_STAGES
};

struct milter {
	struct engine engine;
	struct milter_mail mail;
	const struct milter_host *ops;
	void *host;
	struct milter_verdict *verdict;
	struct buf output;
	enum want want;
	enum milter_stage stage;
	uint32_t at;     /* the recipient or field that is next */
	uint64_t offset; /* of the body, likewise */
	uint32_t version, may, wishes;
	bool chose[MILTER_STAGES]; /* macros by itself: */
	slice macros[MILTER_STAGES];
};

void milter_fail(struct milter *m, const char *why);
void milter_enter(struct milter *m, enum milter_stage stage);
/* Tells the filter more, until it has to answer, or the host. */
void milter_go_on(struct milter *m);
void milter_heed(struct milter *m, const struct milter_reply *r);

/* Which macros of that stage of the protocol, counted as there, are wanted. False: there
 * is no such stage, or no memory. */
bool milter_choose_macros(struct milter *m, uint32_t stage, slice names);
/* Adds the packet of the stage's macros, if it has any. */
void milter_add_macros(struct milter *m);
/* The packet with them: names and values, a NUL behind each. */
void milter_add_macro_packet(struct milter *m, slice pairs);

void milter_add_options(struct milter *m);
/* How many packets the stage has in all; of AT_BODY whether it has any more. */
uint32_t milter_stage_count(const struct milter *m);
/* Adds the next packet; octets are the body's. */
void milter_add_packet(struct milter *m, slice octets);
/* Whether the filter answers it. */
bool milter_is_answered(const struct milter *m);
void milter_add_quit(struct milter *m);
