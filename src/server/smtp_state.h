/*
 * smtp_state.h - an SMTP session of the server, as its files share it
 *
 * smtp_session.c     the session: who is there, what is asked
 * smtp_recipients.c  RCPT: where a recipient's mail goes, or why not
 * smtp_inquiry.c     VRFY and EXPN: who is here; ETRN: what waits
 * smtp_message.c     what follows the data: checks, arrival
 * smtp_filter.c      between them, what filters say
 * smtp_verdict.c     what its sender is told: reports of success, the final reply
 */
#pragma once

#include "base/arena.h"
#include "policy/routing.h"
#include "policy/submission.h"
#include "server/arrival.h"
#include "server/filter.h"
#include "server/inbound.h"
#include "server/session.h"
#include "server/smtp_hold.h"
#include "server/smtp_room.h"
#include "server/smtp_session.h"
#include "server/stranger.h"
#include "server/throttle.h"
#include "smtp/path.h"
#include "smtp/server.h"

enum { MESSAGE_ID_OCTETS = 8 }; /* of the id under which a message is logged and traced */

/* One accepted recipient and the accounts that its address stands for. */
struct recipient {
	struct recipient *next;
	slice address;
	struct arrival_target **targets; /* none in a sandbox */
	uint32_t target_count;
	bool is_local;   /* they are accounts, not the queue */
	slice original;  /* ORCPT; empty: not given */
	unsigned notify; /* DSN_*; 0: not given */
};

struct smtp_session {
	struct session s; /* first: the kind's functions get this */
	struct smtp_config config;
	struct smtp_server *smtp;
	struct smtp_guest *guest; /* or NULL */
	int64_t account;          /* of who logged in; 0: nobody */
	enum err outcome;         /* of authorize */
	struct stranger stranger;
	struct task authorized, verdict_ready;
	struct smtp_reply verdict;
	slice why; /* the text of a refusal of its own */
	enum { ASKS_NO_MAIL, ASKS_MAIL, ASKS_RCPT } asks; /* what it is the answer to */
	const struct smtp_reply *lines; /* NULL, or of an answer in the arena */
	uint32_t line_count;

	/* The transaction. */
	bool has_arrival;
	struct arrival arrival;
	bool is_split;          /* as smtp_is_partly_stored said, once it has arrived */
	struct inbound inbound; /* checks before it: of strangers */
	struct filtering filtering;   /* behind them: by milters */
	struct submission submission; /* rules of it: of those who logged in */
	struct smtp_mail mail; /* the engine's slices, until the transaction ends */
	struct buf id;
	struct arena arena;    /* of the recipients */
	struct smtp_hold hold; /* of its sender */
	struct smtp_room room; /* of the recipient in hand */
	struct route route;    /* where its mail goes */
	struct smtp_rcpt rcpt; /* that recipient; its slices are the engine's until it is
				  answered */
	struct recipient *first, **last;
	uint32_t recipient_count;
};

/* An answer that is known at once still comes later, as the engine asks. */
void smtp_answer_later(struct smtp_session *m, int code, slice enhanced, slice text);

/* The same of several lines, which lie in the arena. */
void smtp_answer_lines_later(struct smtp_session *m, const struct smtp_reply *lines,
			     uint32_t count);

/* Neither logged in nor a server that is trusted. */
bool smtp_is_stranger(const struct smtp_session *m);
/* Counts one more; false: too many. A server that brings mail by LMTP is trusted. */
bool smtp_may_go_on(const struct smtp_session *m, enum throttled what);

/* As the functions of struct smtp_host. */
void smtp_verify(void *host, bool expand, slice who);
void smtp_start_queue(void *host, slice domain, bool below);
void smtp_take_recipient(void *host, const struct smtp_rcpt *rcpt);
void smtp_take_message(void *host);
void smtp_message_answered(void *host);
/* Asks the filters, if there are any for it, then goes on to smtp_deliver, or not. */
void smtp_filter(struct smtp_session *m);
/* Into the mailboxes and the queue. */
void smtp_deliver(struct smtp_session *m);
/* The message goes nowhere, and that is the reply. */
void smtp_end_message(struct smtp_session *m, const struct smtp_reply *reply);
/* An address as RCPT has it; the halves are the arena's. */
bool smtp_split_address(slice address, struct arena *arena, struct smtp_path *ret);
/* Finds anew where the recipient's mail goes; for one that a filter added, elsewhere is
 * as good as here. False: nowhere, or there are too many. */
bool smtp_route_again(struct smtp_session *m, struct recipient *r);
/* Another one, by a filter's wish. False: it leads nowhere, or there are too many. */
bool smtp_add_recipient(struct smtp_session *m, slice address);
/* As smtp_room's finished. */
void smtp_room_known(struct smtp_room *room, const struct smtp_reply *refusal);

/* What became of one recipient, once the arrival is finished. */
enum err smtp_recipient_outcome(const struct smtp_session *m, const struct recipient *r);

/* Whether some recipients have it while mailboxes could not take it for others. With SMTP
 * it is accepted then: the queue tries on and tells the sender (RFC 5321 4.4). */
bool smtp_is_partly_stored(const struct smtp_session *m);
/* Hands the queue what is left to do; false: nothing is, or it could not be (`telling`).
 */
bool smtp_tell_queue(struct smtp_session *m);

/* The `finished` and `told` of the session's arrival: all accounts have committed, or
 * failed; the reports that this owes are as safe. */
void smtp_message_arrived(struct arrival *a);
void smtp_sender_told(struct arrival *a);
