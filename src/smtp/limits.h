/*
 * limits.h - what an SMTP client may do at most, and for how long it may be silent
 *
 * The octets of a message and its recipients are limits of struct smtp_config.
 */
#pragma once

enum {
	SMTP_LINE_MAX = 2048, /* octets of a command, CRLF included; RFC 5321 4.5.3.1.4
				 asks for 512, extensions add to it */
	SMTP_AUTH_LINE_MAX = 12'288, /* the same of AUTH and its responses (RFC 4954 4) */
	SMTP_HELO_MAX = 255,         /* octets of HELO's argument */
	SMTP_PATH_MAX = 256,         /* octets of a path, "<" and ">" included, */
	SMTP_DOMAIN_MAX = 255,       /* of a domain (RFC 5321 4.5.3.1.2, 4.5.3.1.3) */
	SMTP_LABEL_MAX = 63,         /* and of a label of it (RFC 1035 2.3.4) */

	SMTP_REPLY_LINE_MAX = 512,  /* octets of a line of ours (RFC 5321 4.5.3.1.5) */
	SMTP_RECIPIENTS_MAX = 4096, /* of a message, whatever the host wants: the replies
				       of LMTP have to fit into OUTPUT_MAX */
	SMTP_MEMORY_MAX = 8 * 1024, /* octets of what a transaction keeps here */

	SMTP_FAULTS_MAX = 20,          /* commands refused with 5xx in a row, then 421 */
	SMTP_LOGIN_FAILURES_MAX = 5,   /* 535 to AUTH, then 421 */
	SMTP_LOGIN_COMMANDS_MAX = 250, /* commands outside of transactions, then 421; a
					message that came to its end starts anew */

	SMTP_COMMAND_TIMEOUT_MS =
		300'000, /* RFC 5321 4.5.3.2.7; for lines of data, too */
};
