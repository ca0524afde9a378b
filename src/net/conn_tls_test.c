#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hex.h"
#include "base/test.h"
#include "net/fixture_test.h"

static const struct client_tls any_tls = { .host = "mail.example.org" };

static struct client connect_tls(const struct fixture *f, const struct client_tls *how)
{
	struct client c = client_connect(f);

	CHECK(client_start_tls(&c, how));
	client_expect(&c, "hello\r\n");
	return c;
}

static void start_at_once(struct fixture *f)
{
	f->with_tls = true;
	f->service.tls_at_once = true;
	fixture_start(f);
}

TEST(tls_at_once)
{
	struct fixture f = { 0 };

	start_at_once(&f);
	struct client c = connect_tls(&f, &any_tls);
	client_send(&c, S("ECHO a\r\nJOB\r\nBIG 4\r\nQUIT\r\n"));
	client_expect(&c, "a\r\njob\r\nxxxx\r\nbye\r\n");
	client_expect_end(&c);
	CHECK_INT(SSL_get_shutdown(c.ssl) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
	client_close(&c);
	fixture_stop(&f, 0);
}

TEST(tls_by_starttls)
{
	struct fixture f = { .with_tls = true };

	fixture_start(&f);
	struct client c = client_connect(&f);
	client_send(&c, S("ECHO plain\r\nSTARTTLS\r\n"));
	client_expect(&c, "hello\r\nplain\r\ngo\r\n");
	CHECK(client_start_tls(&c, &any_tls));
	client_send(&c, S("ECHO secret\r\n"));
	client_expect(&c, "secret\r\n");
	client_half_close(&c);
	client_expect(&c, "end\r\n");
	client_close(&c);
	fixture_stop(&f, 0);
}

/* CVE-2011-0411: a command in the clear must not run as if it came over TLS. */
TEST(starttls_with_octets_behind_it_closes)
{
	struct fixture f = { .with_tls = true };

	fixture_start(&f);
	struct client c = client_connect(&f);
	client_expect(&c, "hello\r\n");
	client_send(&c, S("STARTTLS\r\nECHO injected\r\n"));
	client_expect_end(&c);
	client_close(&c);
	fixture_wait(&f.closed, 1);
	CHECK_SLICE(slice_of(f.why), S("octets behind STARTTLS"));
	fixture_stop(&f, 0);
}

TEST(tls_moves_much_both_ways)
{
	struct fixture f = { 0 };
	size_t total = 3'000'000, n = 0, more;
	char *block = malloc(65536);

	start_at_once(&f);
	struct client c = connect_tls(&f, &any_tls);
	client_send(&c, S("BIG 3000000\r\n"));
	usleep(20'000); /* the server runs into the full socket */
	while (n < total &&
	       (more = client_read(&c, block, total - n < 65536 ? total - n : 65536)) > 0)
		n += more;
	client_expect(&c, "\r\n");
	client_send(&c, S("BODY\r\n"));
	memset(block, 'b', 65536);
	for (int i = 0; i < 30; i++)
		client_send(&c, (slice){ block, 65536 });
	client_half_close(&c);
	client_expect(&c, "end\r\n");
	client_close(&c);
	fixture_stop(&f, 0);
	free(block);
}

/* Reads the answer to FACTS into text. */
static void read_facts(struct client *c, char *text, size_t room)
{
	size_t n = 0;

	client_send(c, S("FACTS\r\n"));
	do
		n += client_read(c, text + n, room - n);
	while (n < 2 || memcmp(text + n - 2, "\r\n", 2) != 0);
	text[n - 2] = '\0';
}

/* Both ends must come to the same channel bindings (RFC 9266, RFC 5929 4.1). */
static void check_facts(const struct fixture *f, int version, const char *start)
{
	struct client_tls how = { .host = "mail.example.org", .version = version };
	struct client c = connect_tls(f, &how);
	unsigned char exporter[32], digest[32];
	struct buf want = { .max = 500 };
	char got[500];

	CHECK_INT(SSL_export_keying_material(c.ssl, exporter, 32,
					     "EXPORTER-Channel-Binding", 24,
					     (const unsigned char *)"", 0, 1),
		  1);
	X509_digest(SSL_get0_peer_certificate(c.ssl), EVP_sha256(), digest, NULL);
	buf_addf(&want, "%s ", start);
	hex_encode(&want, (slice){ (const char *)exporter, 32 });
	buf_add_char(&want, ' ');
	hex_encode(&want, (slice){ (const char *)digest, 32 });
	read_facts(&c, got, sizeof(got));
	CHECK_SLICE(slice_of(got), buf_slice(&want));
	buf_done(&want);
	client_close(&c);
}

TEST(tls_facts)
{
	struct fixture f = { 0 };

	start_at_once(&f);
	check_facts(&f, 0, "TLSv1.3 256 mail.example.org");
	check_facts(&f, TLS1_2_VERSION, "TLSv1.2 256 mail.example.org");
	fixture_stop(&f, 0);
}

TEST(tls_facts_without_bindings)
{
	struct fixture f = { 0 };
	struct client c;
	char got[500];

	start_at_once(&f);
	f.tls_settings.no_binding = true;
	c = connect_tls(&f, &(struct client_tls){ .host = "mail.example.org" });
	read_facts(&c, got, sizeof(got));
	CHECK_SLICE(slice_of(got), S("TLSv1.3 256 mail.example.org  "));
	client_close(&c);
	fixture_stop(&f, 0);
}

/* Self-signed and for any purpose. */
static X509 *client_certificate(EVP_PKEY *key)
{
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);

	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"jo",
				   -1, -1, 0);
	X509_set_issuer_name(x, name);
	X509_gmtime_adj(X509_getm_notBefore(x), -60);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_set_pubkey(x, key);
	CHECK(X509_sign(x, key, EVP_sha256()) > 0);
	return x;
}

static void write_ca_file(X509 *x, char *path)
{
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");

	CHECK(file && PEM_write_X509(file, x) == 1);
	fclose(file);
}

/* A client certificate that does not verify is as good as none, and no fault. */
TEST(tls_tells_verified_clients_only)
{
	char path[] = "/tmp/postroom-net-XXXXXX", got[500];
	struct fixture f = { .tls_settings.ask_certificate = true,
			     .client_ca_file = path };
	struct client_tls how = { .key = EVP_EC_gen("P-256") };
	EVP_PKEY *other = EVP_EC_gen("P-256");

	how.certificate = client_certificate(how.key);
	write_ca_file(how.certificate, path);
	start_at_once(&f);
	struct client known = connect_tls(&f, &how);
	read_facts(&known, got, sizeof(got));
	CHECK(strncmp(got, "TLSv1.3 256 /CN=jo ", 19) == 0);

	struct client_tls forged = { .key = other,
				     .certificate = client_certificate(other) };
	struct client stranger = connect_tls(&f, &forged);
	read_facts(&stranger, got, sizeof(got));
	CHECK(strncmp(got, "TLSv1.3 256  ", 13) == 0);

	client_close(&known);
	client_close(&stranger);
	X509_free(how.certificate);
	X509_free(forged.certificate);
	EVP_PKEY_free(how.key);
	EVP_PKEY_free(other);
	fixture_stop(&f, 0);
	unlink(path);
}

TEST(tls_refuses_old_versions)
{
	struct fixture f = { 0 };
	struct client_tls how = { .version = TLS1_1_VERSION };

	start_at_once(&f);
	struct client c = client_connect(&f);
	CHECK(!client_start_tls(&c, &how));
	client_close(&c);
	fixture_wait(&f.failed, 1);
	fixture_stop(&f, 0);
}

static void check_certificate(const struct fixture *f, const char *host, const char *want)
{
	struct client_tls how = { .host = host };
	struct client c = connect_tls(f, &how);
	X509 *shown = SSL_get0_peer_certificate(c.ssl);
	char name[100];

	X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name,
				  sizeof(name));
	CHECK_SLICE(slice_of(name), slice_of(want));
	client_close(&c);
}

TEST(tls_shows_the_certificate_of_the_host)
{
	static const char *const names[] = { "mail.example.org", "*.example.net",
					     "imap.example.net" };
	struct fixture f = { 0 };

	start_at_once(&f);
	fixture_load(&f, names, countof(names));
	check_certificate(&f, NULL, "mail.example.org");
	check_certificate(&f, "elsewhere.test", "mail.example.org");
	check_certificate(&f, "imap.example.net", "imap.example.net");
	check_certificate(&f, "POP.Example.NET", "*.example.net");
	check_certificate(&f, "a.b.example.net", "mail.example.org");
	check_certificate(&f, "example.net", "mail.example.org");
	fixture_stop(&f, 0);
}

TEST(tls_reload_keeps_live_connections)
{
	static const char *const before[] = { "old.example.org" };
	static const char *const after[] = { "new.example.org" };
	struct fixture f = { 0 };

	start_at_once(&f);
	fixture_load(&f, before, 1);
	struct client c = connect_tls(&f, &any_tls);
	fixture_load(&f, after, 1);
	check_certificate(&f, "x.test", "new.example.org");
	client_send(&c, S("ECHO still here\r\n"));
	client_expect(&c, "still here\r\n");
	client_close(&c);
	fixture_stop(&f, 0);
}

/* ALPACA: who asks for another protocol gets a fatal alert (RFC 7301 3.2). */
TEST(tls_is_strict_about_protocols)
{
	static const slice protocols[] = { SLICE_INIT("imap") };
	static const struct {
		const char *offer;
		bool ok;
	} t[] = {
		{ NULL, true },
		{ "\x04imap", true },
		{ "\x08http/1.1\x04imap", true },
		{ "\x08http/1.1", false },
		{ "\x03ima", false },
	};
	struct fixture f = { .tls_settings = { .alpn = protocols, .alpn_count = 1 } };

	start_at_once(&f);
	for (size_t i = 0; i < countof(t); i++) {
		struct client_tls how = { .alpn = t[i].offer };
		struct client c = client_connect(&f);

		CHECK_INT(client_start_tls(&c, &how), t[i].ok);
		client_close(&c);
	}
	fixture_wait(&f.failed, 2);
	fixture_stop(&f, 0);
}

/* Each connection goes on with the session that the one before it was given. */
static void check_resumption(const struct fixture *f, int version)
{
	struct client_tls how = { .host = "mail.example.org", .version = version };

	for (int i = 0; i < 4; i++) {
		struct client c = connect_tls(f, &how);

		CHECK_INT(SSL_session_reused(c.ssl), i > 0);
		client_send(&c, S("ECHO a\r\n"));
		client_expect(&c, "a\r\n"); /* the ticket has come by now */
		SSL_SESSION_free(how.session);
		how.session = SSL_get1_session(c.ssl);
		SSL_shutdown(c.ssl);
		client_close(&c);
	}
	SSL_SESSION_free(how.session);
}

/* On another loop, and with other certificates: tickets are the server's. */
TEST(tls_sessions_resume)
{
	static const char *const names[] = { "mail.example.org" };
	struct fixture f = { .loop_count = 2 };

	start_at_once(&f);
	for (int i = 0; i < 4; i++) {
		check_resumption(&f, i % 2 ? TLS1_2_VERSION : 0);
		fixture_load(&f, names, 1);
	}
	fixture_stop(&f, 0);
}

TEST(tls_renegotiation_is_refused)
{
	struct fixture f = { 0 };
	struct client_tls how = { .version = TLS1_2_VERSION };

	start_at_once(&f);
	struct client c = connect_tls(&f, &how);
	SSL_renegotiate(c.ssl);
	CHECK(SSL_do_handshake(c.ssl) != 1);
	client_close(&c);
	struct client other = connect_tls(&f, &any_tls);
	client_close(&other);
	fixture_stop(&f, 0);
}

TEST(tls_key_update_is_followed)
{
	struct fixture f = { 0 };

	start_at_once(&f);
	struct client c = connect_tls(&f, &any_tls);
	CHECK_INT(SSL_key_update(c.ssl, SSL_KEY_UPDATE_REQUESTED), 1);
	client_send(&c, S("ECHO after\r\n"));
	client_expect(&c, "after\r\n");
	client_close(&c);
	fixture_stop(&f, 0);
}

/* Cut without close_notify: what came may be a part only. */
TEST(tls_truncation_is_no_end_of_input)
{
	struct fixture f = { 0 };

	start_at_once(&f);
	struct client c = connect_tls(&f, &any_tls);
	client_send(&c, S("ECHO a\r\nECHO b"));
	client_expect(&c, "a\r\n");
	SSL_set_quiet_shutdown(c.ssl, 1);
	client_close(&c);
	fixture_wait(&f.closed, 1);
	CHECK_SLICE(slice_of(f.why), S("unexpected eof while reading"));
	fixture_stop(&f, 0);
}

TEST(tls_handshake_must_end_in_time)
{
	struct fixture f = { .service.handshake_ms = 30 };
	struct linger hard = { .l_onoff = 1 };

	start_at_once(&f);
	struct client silent = client_connect(&f);
	fixture_wait(&f.failed, 1);
	CHECK_SLICE(slice_of(f.why), S("handshake timed out"));
	struct client rude = client_connect(&f);
	client_send(&rude, (slice){ "\x16\x03\x01\x02\x00\x01", 6 });
	setsockopt(rude.fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	client_close(&rude);
	fixture_wait(&f.failed, 2);
	struct client chatty = client_connect(&f);
	client_send(&chatty, S("EHLO plain.example.org\r\n"));
	fixture_wait(&f.failed, 3);
	CHECK_SLICE(slice_of(f.why), S("wrong version number"));
	client_close(&chatty);
	client_close(&silent);
	fixture_stop(&f, 0);
}
