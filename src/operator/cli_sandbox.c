#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "operator/cli.h"
#include "operator/running.h"

enum { FAULTS_MAX = 64 * 1024 };

/* A sandbox's listeners: the option that sets each, and where it is otherwise. */
static const struct sandbox_listener {
	const char *option;
	const char *service;  /* the key of [listen] */
	const char *variable; /* Mailpit's name for it, or NULL */
	const char *fallback;
	const char *help;
} listeners[] = {
	{ "--smtp", "smtp", "MP_SMTP_BIND_ADDR", "127.0.0.1:1025", "SMTP" },
	{ "--submissions", "submissions", NULL, "127.0.0.1:1465",
	  "SMTP with TLS at once" },
	{ "--pop3", "pop3", "MP_POP3_BIND_ADDR", "127.0.0.1:1110", "POP3" },
	{ "--pop3s", "pop3s", NULL, "127.0.0.1:1995", "POP3 with TLS at once" },
	{ "--imap", "imap", NULL, "127.0.0.1:1143", "IMAP" },
	{ "--imaps", "imaps", NULL, "127.0.0.1:1993", "IMAP with TLS at once" },
	{ "--http", "http", "MP_UI_BIND_ADDR", "127.0.0.1:8025",
	  "the inbox as a web page, and JMAP" },
	{ "--https", "https", NULL, "none", "the same with TLS" },
};

enum { LISTENERS = countof(listeners) };

static slice address_of(const struct sandbox_listener *l, slice given)
{
	const char *variable = l->variable ? getenv(l->variable) : NULL;

	if (given.n) return given;
	return slice_of(variable && *variable ? variable : l->fallback);
}

/* "2025" is a port of 127.0.0.1, "none" is no listener. */
static bool add_listener(struct buf *text, const struct sandbox_listener *l, slice given,
			 struct buf *fault)
{
	slice address = address_of(l, given), rest = address;
	struct buf whole;
	uint32_t port;
	bool good;

	if (slice_eq(address, S("none"))) return true;
	buf_init(&whole, PATH_MAX);
	if (take_u32(&rest, &port) && rest.n == 0) buf_add(&whole, S("127.0.0.1:"));
	buf_add(&whole, address);
	good = config_is_listen_address(buf_slice(&whole));
	if (good)
		buf_addf(text, "%s = %.*s\n", l->service, FMT(buf_slice(&whole)));
	else
		buf_addf(fault,
			 "%s: `%.*s` is no address; write PORT, HOST:PORT with a numeric "
			 "host, unix:/PATH, or none",
			 l->option, FMT(address));
	buf_done(&whole);
	return good;
}

/* The sandbox is a server like any other; its configuration is written here. */
static struct config *make_config(slice data, const slice given[static LISTENERS],
				  struct buf *faults)
{
	struct buf text;
	struct config *c = NULL;
	bool good = true;

	buf_init(&text, CONFIG_FILE_MAX);
	buf_addf(&text, "hostname = localhost\ndata = %.*s\n",
		 FMT(data.n ? data : S("-")));
	buf_add(&text,
		S("[auth]\nallow-plaintext-login = yes\n"
		  "[limits]\nconnections-per-address = 10000\nexempt = 0.0.0.0/0 ::/0\n"
		  "[listen]\n"));
	for (size_t i = 0; i < LISTENERS && good; i++)
		good = add_listener(&text, &listeners[i], given[i], faults);
	if (good) c = config_parse(buf_slice(&text), "sandbox", faults);
	if (c && !data.n) c->data = (slice){ 0 };
	buf_done(&text);
	return c;
}

static enum cli_status run(slice data, const slice given[static LISTENERS],
			   struct buf *faults)
{
	struct config *c = make_config(data, given, faults);
	struct server *s = c ? server_new(c, NULL, true, faults) : NULL;

	if (!s) {
		cli_fault(slice_trim(buf_slice(faults)));
		return c ? CLI_FAULT : CLI_USAGE;
	}
	server_run(s);
	server_free(s);
	return CLI_DONE;
}

enum cli_status cli_sandbox(int argc, char **argv)
{
	slice given[LISTENERS] = { 0 }, data = slice_of(getenv("MP_DATABASE"));
	struct cli_option options[LISTENERS + 3] = { 0 };
	bool help = false;
	struct buf faults;

	for (size_t i = 0; i < LISTENERS; i++)
		options[i] = (struct cli_option){ listeners[i].option, "ADDR",
						  listeners[i].help, &given[i], NULL };
	options[LISTENERS] = (struct cli_option){
		"--data", "DIR",
		"keep the mail there; without it, it ends with the program", &data, NULL
	};
	options[LISTENERS + 1] =
		(struct cli_option){ "--help", NULL, "this", NULL, &help };
	if (!cli_take_options(&argc, argv, options)) return CLI_USAGE;
	if (!help && argc > 1) return cli_usage_fault(argv[0]);
	if (help) {
		puts("usage: postroom sandbox [OPTIONS]\n\n"
		     "Takes every mail, sends none, and lets any login read it. ADDR is "
		     "HOST:PORT or\nPORT (0: any free one); `none` switches a listener "
		     "off.");
		cli_print_options(options);
		return CLI_DONE;
	}
	buf_init(&faults, FAULTS_MAX);
	enum cli_status status = run(data, given, &faults);
	buf_done(&faults);
	return status;
}
