/*
 * tls_load - TLS connections that are made and left again
 *
 *   tls_load HOST:PORT full|resumed COUNT [LINE]
 *
 * Each connection ends once something was read; LINE is sent first to a server that
 * waits for it. resumed: each goes on with the session of the one before it (RFC 8446
 * 2.2), and a server that does not let it ends the run. Prints `COUNT SECONDS`.
 */
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>

#include "load.h"

static SSL_SESSION *newest; /* of resumed: what the server gave last */

static int keep_session(SSL *, SSL_SESSION *session)
{
	SSL_SESSION_free(newest);
	newest = session;
	return 1;
}

static void connect_once(SSL_CTX *context, const char *line, bool resumes)
{
	struct link l;
	char answer[4096];

	link_open(&l, false);
	l.tls = SSL_new(context);
	SSL_set_fd(l.tls, l.fd);
	bool has_session = resumes && newest;
	if (has_session) SSL_set_session(l.tls, newest);
	if (SSL_connect(l.tls) != 1) die("TLS handshake");
	if (has_session && !SSL_session_reused(l.tls)) refused("not resumed", "\n", 1);
	if (line) link_say(&l, "%s\n", line);
	if (SSL_read(l.tls, answer, sizeof(answer)) <= 0) die("nothing to read");
	SSL_shutdown(l.tls); /* or the library takes the session for a bad one */
	link_close(&l);
}

int main(int argc, char **argv)
{
	if (argc < 4) {
		fprintf(stderr, "usage: tls_load HOST:PORT full|resumed COUNT [LINE]\n");
		return 2;
	}
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	bool resumes = strcmp(argv[2], "resumed") == 0;
	uint32_t count = number_of(argv[3]);

	link_set_server(argv[1]);
	if (resumes) {
		SSL_CTX_set_session_cache_mode(
			context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
		SSL_CTX_sess_set_new_cb(context, keep_session);
	}
	double begin = seconds();
	for (uint32_t i = 0; i < count; i++)
		connect_once(context, argc > 4 ? argv[4] : NULL, resumes);
	printf("%u %.4f\n", count, seconds() - begin);
	return 0;
}
