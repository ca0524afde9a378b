/*
 * smtp_state.h - an SMTP session of the server, as its files share it
 *
 * smtp_session.c     the session: who is there, what is asked
 * smtp_recipients.c  RCPT: where a recipient's mail goes, or why not
 * smtp_message.c     what follows the data: checks, arrival, the final reply
 */
#pragma once

#include "base/arena.h"
#include "server/arrival.h"
#include "server/inbound.h"
#include "server/session.h"
#include "smtp/server.h"

enum { MESSAGE_ID_OCTETS = 8 }; /* of the id under which a message is logged and traced */

/* One accepted recipient and the accounts that its address stands for. */
struct recipient {
	struct recipient *next;
	slice address;
	struct arrival_target **targets; /* none in a sandbox */
	uint32_t target_count;
};

struct smtp_session {
	struct session s; /* first: the kind's functions get this */
	struct smtp_config config;
	struct smtp_server *smtp;
	int64_t account;  /* of who logged in; 0: nobody */
	enum err outcome; /* of authorize */
	struct task authorized, verdict_ready;
	struct smtp_reply verdict;

	/* The transaction. */
	bool has_arrival;
	struct arrival arrival;
	struct inbound inbound; /* checks before it */
	struct smtp_mail mail;  /* the engine's slices, until the transaction ends */
	struct buf id;
	struct arena arena; /* of the recipients */
	struct recipient *first, **last;
	uint32_t recipient_count;
};

/* An answer that is known at once still comes later, as the engine asks. */
void smtp_answer_later(struct smtp_session *m, int code, slice enhanced, slice text);

/* As the functions of struct smtp_host. */
void smtp_take_recipient(void *host, const struct smtp_rcpt *rcpt);
void smtp_take_message(void *host);
void smtp_message_answered(void *host);

/* What became of one recipient, once the arrival is finished. */
enum err smtp_recipient_outcome(const struct smtp_session *m, const struct recipient *r);

/* The `finished` of the session's arrival: all accounts have committed, or failed. */
void smtp_message_arrived(struct arrival *a);
