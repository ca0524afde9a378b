/*
 * client_transaction.h - one message of a client's session, and how far its envelope is
 */
#pragma once

#include "smtp/client.h"

struct client_transaction {
	const struct smtp_client_message *message; /* NULL: none */
	bool *open;                                /* by recipient */
	uint32_t open_count;
	uint32_t *order; /* the `named` recipients that RCPT names, by index */
	uint32_t named;
	uint32_t sent, answered; /* commands of the envelope: MAIL, RCPT.., DATA */
	uint32_t taken;          /* recipients that the peer took */
	bool needs_reset;        /* the peer still holds it */
	bool by_chunks;          /* BDAT, not DATA */
	bool utf8;               /* SMTPUTF8 was said */
};

/* Before anything of it is sent. */
void client_transaction_begin(struct smtp_client *c, struct client_transaction *t,
			      const struct smtp_client_message *m);
void client_transaction_done(struct client_transaction *t);
/* Nothing about it would fail before it is sent. */
bool smtp_client_can_send(const struct smtp_client *c,
			  const struct smtp_client_message *m);
/* MAIL is 0, the recipients that are to be named come from 1 on, then DATA, where it is
 * not BDAT. */
uint32_t client_command_count(const struct client_transaction *t);
void smtp_client_write_command(struct smtp_client *c, struct client_transaction *t,
			       uint32_t command);
