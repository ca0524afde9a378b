/*
 * test_converse.h - both sides of an exchange driven to its end
 */
#pragma once

#include "sasl/client.h"
#include "sasl/test_host.h"

/* Client and server against each other. The server's last status; OK only when the client
 * is content, too. */
static inline enum sasl_status test_converse(struct sasl_server *s, struct sasl_client *c,
					     bool initial)
{
	bool first = initial;
	enum sasl_status status = SASL_SEND;
	slice challenge = S("");

	if (!initial) {
		status = sasl_server_start(s, NULL);
		challenge = sasl_server_output(s);
	}
	while (status == SASL_SEND) {
		slice response;

		if (sasl_client_step(c, challenge) == SASL_FAIL) return SASL_FAIL;
		response = sasl_client_output(c);
		status = first ? sasl_server_start(s, &response)
			       : sasl_server_step(s, response);
		first = false;
		if (status == SASL_NEED) status = test_answer(s);
		challenge = sasl_server_output(s);
	}
	return status == SASL_OK && sasl_client_is_done(c) ? SASL_OK : SASL_FAIL;
}
