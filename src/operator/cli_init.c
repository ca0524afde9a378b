#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"
#include "config/secret_file.h"
#include "message/text.h"
#include "net/tls.h"
#include "operator/admin.h"
#include "operator/cli.h"
#include "policy/signing.h"

enum { FAULTS_MAX = 64 * 1024, CERTIFICATE_DAYS = 3650, NAME_OCTETS = 256 };

#define DEFAULT_DIR "/etc/postroom"
#define DEFAULT_DATA "/var/lib/postroom"

struct setup {
	slice hostname, address, domain;
	slice dir, data; /* absolute, NUL-ended */
	slice listen;
	uint32_t port_offset;
	slice password; /* p == NULL: one is made */
	struct buf *fault;
};

static const struct {
	enum service_kind service;
	uint32_t port;
	const char *priority; /* in the DNS; NULL: programs are not told */
} ports[] = {
	{ SERVICE_SMTP, 25, NULL },         { SERVICE_SUBMISSION, 587, NULL },
	{ SERVICE_SUBMISSION, 2525, NULL }, { SERVICE_SUBMISSIONS, 465, "0" },
	{ SERVICE_IMAP, 143, NULL },        { SERVICE_IMAPS, 993, "0" },
	{ SERVICE_POP3, 110, NULL },        { SERVICE_POP3S, 995, "10" },
};

/* RSA for all the world, Ed25519 beside it (RFC 8463); one for TLS reports (RFC 8460 3).
 */
static const struct {
	const char *selector;
	enum key_type type;
	slice service;
} dkim_keys[] = { { "postroom-rsa", KEY_RSA, { 0 } },
		  { "postroom-ed", KEY_ED25519, { 0 } },
		  { "postroom-tlsrpt", KEY_RSA, SLICE_INIT("tlsrpt") } };

static bool fail(struct setup *s, const char *what, const char *path)
{
	buf_addf(s->fault, "%s %s: %s", what, path, strerror(errno));
	return false;
}

/* Each missing level of path, for the owner alone. */
static bool make_folders(struct setup *s, slice path)
{
	char level[PATH_MAX];

	for (size_t i = 1; i <= path.n && i < sizeof(level); i++) {
		if (i < path.n && path.p[i] != '/') continue;
		memcpy(level, path.p, i);
		level[i] = '\0';
		if (mkdir(level, 0700) != 0 && errno != EEXIST)
			return fail(s, "cannot make the folder", level);
	}
	return true;
}

static void write_selectors(bool is_for_reports, struct buf *out)
{
	for (size_t i = 0; i < countof(dkim_keys); i++)
		if ((dkim_keys[i].service.n > 0) == is_for_reports)
			buf_addf(out, "dkim-selector = %s\n", dkim_keys[i].selector);
}

static void write_address(const struct setup *s, unsigned port, struct buf *out)
{
	slice host = s->listen;
	bool bracket = slice_find_char(host, ':') < host.n && host.p[0] != '[';

	buf_addf(out, "%s%.*s%s:%u", bracket ? "[" : "", FMT(host), bracket ? "]" : "",
		 port + s->port_offset);
}

static void write_config(const struct setup *s, struct buf *out)
{
	buf_addf(
		out,
		"# Postroom: see postroom.conf(5) for all keys, and `postroom check`.\n\n"
		"hostname = %.*s\ndata     = %.*s\n\n"
		"[tls]\n"
		"# Self-signed: put the files of a real certificate here, then reload.\n"
		"certificate = %.*s/tls/certificate.pem\nkey         = "
		"%.*s/tls/key.pem\n\n"
		"[listen]\n",
		FMT(s->hostname), FMT(s->data), FMT(s->dir), FMT(s->dir));
	for (size_t i = 0; i < countof(ports); i++) {
		buf_addf(out, "%-11s = ", service_name(ports[i].service));
		write_address(s, ports[i].port, out);
		buf_add_char(out, '\n');
	}
	buf_add(out, S("# http = *:80, https = *:443: JMAP, how mail programs set "
		       "themselves up, MTA-STS\n"));
	buf_addf(out,
		 "\n[auth]\nallow-plaintext-login = no\n\n"
		 "[limits]\nexempt = 127.0.0.0/8 ::1\n\n"
		 "[reports]\n# Mail to it is read for reports: `postroom report`.\n"
		 "address = postmaster@%.*s\n",
		 FMT(s->domain));
	write_selectors(true, out);
	buf_addf(out, "\n[domain %.*s]\n", FMT(s->domain));
	write_selectors(false, out);
}

/* The server must take what is written, or nothing is. */
static bool check_config(struct setup *s)
{
	struct buf text;
	struct config *c;

	buf_init(&text, CONFIG_FILE_MAX);
	write_config(s, &text);
	c = config_parse(buf_slice(&text), "postroom.conf", s->fault);
	config_free(c);
	buf_done(&text);
	return c;
}

/* Never over one that is there. */
static bool write_new_file(struct setup *s, const char *path, slice content)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool good;

	if (fd < 0 && errno == EEXIST) {
		buf_addf(s->fault,
			 "%s is there already; move it away or choose another --dir",
			 path);
		return false;
	}
	if (fd < 0) return fail(s, "cannot write", path);
	good = write(fd, content.p, content.n) == (ssize_t)content.n && fsync(fd) == 0;
	return (close(fd) == 0 && good) || fail(s, "cannot write", path);
}

static bool make_config(struct setup *s, struct buf *path)
{
	struct buf text;
	bool good;

	buf_init(&text, CONFIG_FILE_MAX);
	write_config(s, &text);
	buf_addf(path, "%.*s/postroom.conf", FMT(s->dir));
	buf_add_char(path, '\0');
	good = write_new_file(s, path->p, buf_slice(&text));
	buf_done(&text);
	return good;
}

static bool make_certificate(struct setup *s)
{
	const slice names[] = { s->hostname, s->domain };
	struct buf certificate, key;
	bool good;

	buf_init(&certificate, PATH_MAX);
	buf_init(&key, PATH_MAX);
	buf_addf(&certificate, "%.*s/tls", FMT(s->dir));
	good = make_folders(s, buf_slice(&certificate));
	buf_addf(&key, "%.*s/key.pem", FMT(buf_slice(&certificate)));
	buf_add(&certificate, S("/certificate.pem"));
	buf_add_char(&certificate, '\0');
	buf_add_char(&key, '\0');
	good = good &&
	       tls_generate_files(names, slice_eq_nocase(names[0], names[1]) ? 1 : 2,
				  CERTIFICATE_DAYS, certificate.p, key.p, s->fault);
	buf_done(&certificate);
	buf_done(&key);
	return good;
}

static bool make_dkim_keys(struct setup *s, struct buf *records)
{
	for (size_t i = 0; i < countof(dkim_keys); i++) {
		const struct key_place place = {
			.data = s->data,
			.selector = slice_of(dkim_keys[i].selector),
			.domain = s->domain,
			.service = dkim_keys[i].service,
		};

		buf_add(records, S("  "));
		if (!signing_make_key(&place, dkim_keys[i].type, records, s->fault))
			return false;
		buf_add_char(records, '\n');
	}
	return true;
}

/* postmaster must reach somebody (RFC 5321 4.5.1). */
static enum cli_status add_postmaster(const struct admin *a, struct admin_request *r,
				      const struct setup *s)
{
	struct buf alias;
	enum cli_status status = CLI_DONE;

	buf_init(&alias, ADDRESS_MAX);
	buf_addf(&alias, "postmaster@%.*s", FMT(s->domain));
	if (!slice_eq_nocase(buf_slice(&alias), s->address)) {
		const slice words[] = { S("alias"), S("add"), buf_slice(&alias),
					s->address };

		r->words = words;
		r->count = countof(words);
		status = admin_run(a, r);
	}
	buf_done(&alias);
	return status;
}

static enum cli_status make_account(struct setup *s, struct buf *out)
{
	struct secret_keys keys;
	struct store_options options = { .folder = s->data.p, .durable = true };
	struct admin a = { .keys = &keys };
	const slice words[] = { S("user"), S("add"), s->address };
	struct admin_request r = { words, countof(words), s->password, false,
				   out,   s->fault };
	enum cli_status status = CLI_FAULT;

	if (store_open(&options, &a.store)) {
		buf_addf(s->fault, "cannot make the mail store in %s", s->data.p);
		return CLI_FAULT;
	}
	if (secret_file_load(s->data, &keys, s->fault)) {
		status = admin_run(&a, &r);
		if (status == CLI_DONE) status = add_postmaster(&a, &r, s);
		secret_keys_done(&keys);
	}
	store_close(a.store);
	return status;
}

/* Where mail programs find the servers, IMAP rather than POP3 and TLS in any case
 * (RFC 6186 3, RFC 8314 5.1). */
static void print_services(const struct setup *s)
{
	for (size_t i = 0; i < countof(ports); i++)
		if (ports[i].priority)
			printf("  _%s._tcp.%.*s. IN SRV %s 1 %u %.*s.\n",
			       service_name(ports[i].service), FMT(s->domain),
			       ports[i].priority, ports[i].port + s->port_offset,
			       FMT(s->hostname));
}

static void print_next(const struct setup *s, const char *config, slice account_out,
		       slice dkim_records)
{
	printf("configuration: %s\naccount: %.*s\n%.*s\n"
	       "DNS records to set (the last with this machine's address):\n\n%.*s",
	       config, FMT(s->address), FMT(account_out), FMT(dkim_records));
	printf("  %.*s. IN TXT \"v=spf1 mx -all\"\n"
	       "  _dmarc.%.*s. IN TXT \"v=DMARC1; p=quarantine; "
	       "rua=mailto:postmaster@%.*s\"\n"
	       "  _smtp._tls.%.*s. IN TXT \"v=TLSRPTv1; rua=mailto:postmaster@%.*s\"\n"
	       "  %.*s. IN MX 10 %.*s.\n",
	       FMT(s->domain), FMT(s->domain), FMT(s->domain), FMT(s->domain),
	       FMT(s->domain), FMT(s->domain), FMT(s->hostname));
	print_services(s);
	printf("  %.*s. IN A ...\n\n"
	       "And where https listens, for JMAP (RFC 8620 2.2):\n\n"
	       "  _jmap._tcp.%.*s. IN SRV 0 1 443 %.*s.\n\n"
	       "The certificate is self-signed: set a real one under [tls].\n"
	       "Start it with: postroom serve --config %s\n",
	       FMT(s->hostname), FMT(s->domain), FMT(s->hostname), config);
}

static enum cli_status make_all(struct setup *s)
{
	struct buf config, out, records;
	enum cli_status status = CLI_FAULT;

	buf_init(&config, PATH_MAX);
	buf_init(&out, FAULTS_MAX);
	buf_init(&records, FAULTS_MAX);
	if (check_config(s) && make_folders(s, s->dir) && make_folders(s, s->data) &&
	    make_config(s, &config) && make_certificate(s) && make_dkim_keys(s, &records))
		status = make_account(s, &out);
	if (status == CLI_DONE)
		print_next(s, config.p, buf_slice(&out), buf_slice(&records));
	buf_wipe(&out);
	buf_done(&records);
	buf_done(&config);
	return status;
}

/* Absolute and without a slash at the end, into room. */
static bool set_path(slice given, char room[static PATH_MAX], slice *ret)
{
	char here[PATH_MAX];
	int n;

	while (given.n > 1 && given.p[given.n - 1] == '/')
		given.n--;
	if (given.n && given.p[0] == '/')
		n = snprintf(room, PATH_MAX, "%.*s", FMT(given));
	else
		n = getcwd(here, sizeof(here))
			    ? snprintf(room, PATH_MAX, "%s/%.*s", here, FMT(given))
			    : -1;
	if (n < 0 || n >= PATH_MAX) return false;
	*ret = (slice){ room, (size_t)n };
	return true;
}

static bool set_places(struct setup *s, slice dir, char room[static 2 * PATH_MAX])
{
	struct buf data;
	bool good;

	if (!set_path(dir.n ? dir : S(DEFAULT_DIR), room, &s->dir)) return false;
	buf_init(&data, PATH_MAX);
	if (dir.n)
		buf_addf(&data, "%.*s/data", FMT(s->dir));
	else
		buf_add(&data, S(DEFAULT_DATA));
	good = !data.overflow && set_path(buf_slice(&data), room + PATH_MAX, &s->data);
	buf_done(&data);
	return good;
}

static bool is_domain(slice name)
{
	struct buf ascii;

	buf_init(&ascii, NAME_OCTETS);
	bool good = domain_to_ascii(name, &ascii);
	buf_done(&ascii);
	return good;
}

static bool set_names(struct setup *s, char **argv)
{
	slice local;

	s->hostname = slice_of(argv[1]);
	s->address = s->domain = slice_of(argv[2]);
	if (take_until(&s->domain, '@', &local) && local.n && is_domain(s->domain) &&
	    is_domain(s->hostname))
		return true;
	buf_add(s->fault, S("write a host name and an address, as in "
			    "`postroom init mail.example.org you@example.org`"));
	return false;
}

static bool set_offset(struct setup *s, slice text)
{
	if (!text.n ||
	    (take_u32(&text, &s->port_offset) && !text.n && s->port_offset < 60000))
		return true;
	buf_add(s->fault, S("--port-offset: write a number below 60000"));
	return false;
}

static bool set_listen(struct setup *s, slice host)
{
	struct buf text;
	bool good;

	s->listen = host;
	buf_init(&text, NAME_OCTETS);
	write_address(s, 25, &text);
	good = config_is_listen_address(buf_slice(&text));
	if (!good)
		buf_add(s->fault, S("--listen: write a numeric address of this machine, "
				    "or * for all"));
	buf_done(&text);
	return good;
}

enum cli_status cli_init(int argc, char **argv)
{
	slice dir = { 0 }, listen = S("*"), offset = { 0 };
	bool help = false, ask = false;
	const struct cli_option options[] = {
		{ "--dir", "DIR",
		  "where everything goes (" DEFAULT_DIR ", mail in " DEFAULT_DATA ")",
		  &dir, NULL },
		{ "--listen", "HOST", "address to listen on (*: all)", &listen, NULL },
		{ "--port-offset", "N", "add N to every port", &offset, NULL },
		{ "--password-stdin", NULL,
		  "the password is the first line of standard input", NULL, &ask },
		{ "--help", NULL, "this", NULL, &help },
		{ 0 },
	};
	char room[2 * PATH_MAX];
	struct buf fault, password;
	enum cli_status status = CLI_USAGE;

	if (!cli_take_options(&argc, argv, options)) return CLI_USAGE;
	if (!help && argc != 3) return cli_usage_fault(argv[0]);
	if (help) {
		puts("usage: postroom init HOSTNAME ADDRESS [OPTIONS]\n\n"
		     "Makes a configuration, a certificate and the first account.");
		cli_print_options(options);
		return CLI_DONE;
	}
	buf_init(&fault, FAULTS_MAX);
	buf_init(&password, CLI_PASSWORD_MAX);
	struct setup s = { .fault = &fault };
	if (ask && !cli_read_password(&password))
		buf_add(&fault, S("no password on standard input"));
	else if (set_names(&s, argv) && set_offset(&s, offset) &&
		 set_listen(&s, listen) && set_places(&s, dir, room)) {
		if (ask) s.password = buf_slice(&password);
		status = make_all(&s);
	}
	if (status != CLI_DONE) cli_fault(slice_trim(buf_slice(&fault)));
	buf_wipe(&password);
	buf_done(&fault);
	return status;
}
