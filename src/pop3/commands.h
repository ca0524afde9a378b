/*
 * commands.h - the table of commands: verb, states, arguments, what must hold
 */
#pragma once

#include "pop3/session.h"

/* What follows the verb, read by the kind that the table gives. */
struct arguments {
	slice text; /* empty where there is none */
	bool has_number;
	uint32_t number; /* of a message */
	uint32_t lines;
};

typedef void command(struct pop3 *p, const struct arguments *a);

/* Finds, checks and runs the command; pop3_next has been called in the end unless the
 * engine waits for something. line is without CRLF. */
void run_line(struct pop3 *p, slice line);

/* The message of a->number, which becomes p->number; NULL, and answered, when there is
 * none. */
struct drop_message *find_message(struct pop3 *p, const struct arguments *a);

command cmd_user, cmd_pass, cmd_apop, cmd_auth; /* login.c */
command cmd_capa, cmd_stls, cmd_utf8, cmd_lang, cmd_noop, cmd_quit,
	cmd_http;                                         /* cmd_session.c */
command cmd_stat, cmd_list, cmd_uidl, cmd_dele, cmd_rset; /* cmd_maildrop.c */
command cmd_retr, cmd_top;                                /* retrieve.c */
