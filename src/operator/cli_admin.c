#include <stdio.h>

#include "config/secret_file.h"
#include "message/text.h"
#include "operator/admin_socket.h"
#include "operator/cli_request.h"

enum { HELP_MAX = 64 * 1024 };

/* No server has the data folder: this process takes it for the time of the command. */
static enum cli_status run_here(const struct config *c, const struct admin_request *r)
{
	struct secret_keys keys;
	struct store_options options = { .folder = c->data.p, .durable = true };
	struct admin admin = { .keys = &keys };
	enum cli_status status = CLI_FAULT;
	enum err e = store_open(&options, &admin.store);

	if (e) {
		buf_addf(r->fault, "cannot open the mail in %s: %s", c->data.p,
			 e == ERR_EXISTS ? "another command or server has it; try again"
					 : "the line above says why");
		return e == ERR_EXISTS || e == ERR_LATER ? CLI_LATER : CLI_FAULT;
	}
	if (secret_file_load(c->data, &keys, r->fault)) {
		status = admin_run(&admin, r);
		secret_keys_done(&keys);
	}
	store_close(admin.store);
	return status;
}

static enum cli_status run(const struct config *c, struct admin_request *r, bool ask)
{
	struct buf password;
	enum cli_status status;

	buf_init(&password, CLI_PASSWORD_MAX);
	if (ask && !cli_read_password(&password)) {
		buf_add(r->fault, S("no password on standard input"));
		return CLI_USAGE;
	}
	if (ask) r->password = buf_slice(&password);
	if (!admin_call(c->data, r, &status)) status = run_here(c, r);
	buf_wipe(&password);
	return status;
}

/* user add ADDRESS, alias add ALIAS TARGET.. */
static bool adds_address(const struct admin_request *r)
{
	return r->count >= 3 && slice_eq(r->words[1], S("add")) &&
	       (slice_eq(r->words[0], S("user")) || slice_eq(r->words[0], S("alias")));
}

/* A mistyped domain would keep mail from the real one. */
static void note_new_domain(const struct config *c, const struct admin_request *r)
{
	slice domain = r->words[2], local;
	struct buf name;

	buf_init(&name, ADDRESS_MAX);
	if (take_until(&domain, '@', &local) && domain_to_unicode(domain, &name) &&
	    !config_find_domain(c, buf_slice(&name)))
		fprintf(stderr,
			"postroom: the configuration has no [domain %.*s]: mail for it "
			"is taken here from now on, but not signed; if that is a slip, "
			"`postroom %.*s delete` undoes it\n",
			FMT(buf_slice(&name)), FMT(r->words[0]));
	buf_done(&name);
}

static enum cli_status with_config(slice path, struct admin_request *r, bool ask)
{
	struct config *c;
	enum cli_status status;

	if (!admin_is_command(r)) return CLI_USAGE;
	c = config_load(path.p, r->fault);
	if (!c) return CLI_FAULT;
	status = run(c, r, ask);
	if (status == CLI_DONE && adds_address(r)) note_new_domain(c, r);
	config_free(c);
	return status;
}

static enum cli_status run_into(slice config, const struct admin_request *asked,
				bool asks_password, struct buf *out)
{
	struct admin_request r = *asked;
	struct buf fault;
	enum cli_status status;

	buf_init(&fault, ADMIN_REQUEST_MAX);
	r.out = out;
	r.fault = &fault;
	status = with_config(cli_config_path(config), &r, asks_password);
	fwrite(buf_slice(out).p, 1, out->n, stdout);
	fflush(stdout);
	if (status != CLI_DONE) cli_fault(slice_trim(buf_slice(&fault)));
	buf_done(&fault);
	return status;
}

enum cli_status cli_request_run(slice config, const struct admin_request *r,
				bool asks_password)
{
	struct buf out;
	enum cli_status status;

	buf_init(&out, ADMIN_REPLY_MAX);
	status = run_into(config, r, asks_password, &out);
	buf_wipe(&out);
	return status;
}

enum cli_status cli_request_ask(slice config, const struct admin_request *r,
				struct buf *ret_said)
{
	return run_into(config, r, false, ret_said);
}

enum cli_status cli_request_help(slice verb, const struct cli_option *options)
{
	struct buf text;

	buf_init(&text, HELP_MAX);
	admin_usage(verb, &text);
	printf("usage:\n%.*s", FMT(buf_slice(&text)));
	cli_print_options(options);
	buf_done(&text);
	return CLI_DONE;
}

bool cli_request_add(struct admin_request *r, slice *words, slice word)
{
	if (r->count == ADMIN_ARGUMENTS_MAX) {
		cli_fault(S("too many words at once; give them in several commands"));
		return false;
	}
	words[r->count++] = word;
	r->words = words;
	return true;
}

enum cli_status cli_admin(int argc, char **argv)
{
	slice path = { 0 }, words[ADMIN_ARGUMENTS_MAX];
	bool wants_help = false, ask = false;
	struct admin_request r = { .words = words };
	bool has_passwords = slice_eq(slice_of(argv[0]), S("user"));
	const struct cli_option options[] = {
		{ "--config", "FILE", "the configuration file", &path, NULL },
		{ "--json", NULL, "answer in JSON", NULL, &r.json },
		{ "--help", NULL, "this", NULL, &wants_help },
		{ has_passwords ? "--password-stdin" : NULL, NULL,
		  "the password is the first line of standard input", NULL, &ask },
		{ 0 },
	};

	if (!cli_take_options(&argc, argv, options)) return CLI_USAGE;
	if (wants_help) return cli_request_help(slice_of(argv[0]), options);
	for (int i = 0; i < argc; i++)
		if (!cli_request_add(&r, words, slice_of(argv[i]))) return CLI_USAGE;
	return cli_request_run(path, &r, ask);
}
