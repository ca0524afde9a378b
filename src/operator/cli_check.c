#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "operator/cli.h"
#include "operator/exposure.h"
#include "operator/tls_config.h"
#include "server/token_check.h"

enum { FAULTS_MAX = 64 * 1024 };

static void check_token_keys(const struct config *c, struct buf *faults)
{
	struct buf fault;

	buf_init(&fault, FAULTS_MAX);
	if (c->oauth_keys.n) {
		struct jwk_set *keys = token_keys_load(c->oauth_keys.p, &fault);

		if (!keys)
			buf_addf(faults, "[oauth] keys: %s: %.*s\n", c->oauth_keys.p,
				 FMT(buf_slice(&fault)));
		jwk_set_free(keys);
	}
	buf_done(&fault);
}

/* What the file alone cannot tell: whether what it names is there. */
static void check_world(const struct config *c, struct buf *faults)
{
	if (c->tls_certificate.n) {
		struct tls *t = tls_new();

		if (!tls_load_config(t, c, faults)) buf_add_char(faults, '\n');
		tls_free(t);
	}
	check_token_keys(c, faults);
	if (access(c->data.p, R_OK | W_OK | X_OK) != 0)
		buf_addf(faults, "data: %s: %s; make it, or run `postroom init`\n",
			 c->data.p, strerror(errno));
}

/* The file may stay as it is; what it asks for is not in this version. */
static void print_notes(const struct config *c)
{
	static const bool unserved[SERVICE_COUNT] = { [SERVICE_MANAGESIEVE] = true };

	for (uint32_t i = 0; i < c->listen.count; i++)
		if (unserved[c->listen.items[i].service])
			printf("note: [listen] %s is not served by this version\n",
			       service_name(c->listen.items[i].service));
	if (c->sandbox_count) puts("note: this version has no [sandbox] sections yet");
}

static void print_exposures(const struct config *c, const char *path)
{
	struct exposure found[EXPOSURES_MAX];
	size_t n = exposures_find(c, path, found);

	for (size_t i = 0; i < n && i < EXPOSURES_MAX; i++)
		printf("note: others may read %s: %s %s\n", found[i].path.p,
		       found[i].mend, found[i].path.p);
	if (n > EXPOSURES_MAX)
		printf("note: others may read %zu more files\n", n - EXPOSURES_MAX);
}

static enum cli_status check(slice path)
{
	struct buf faults;
	struct config *c;
	bool good;

	buf_init(&faults, FAULTS_MAX);
	c = config_load(path.p, &faults);
	if (c) check_world(c, &faults);
	good = faults.n == 0;
	fwrite(buf_slice(&faults).p, 1, faults.n, stderr);
	if (c) {
		print_notes(c);
		print_exposures(c, path.p);
	}
	if (good) printf("%s: good\n", path.p);
	config_free(c);
	buf_done(&faults);
	return good ? CLI_DONE : CLI_FAULT;
}

enum cli_status cli_check(int argc, char **argv)
{
	slice path = { 0 };
	bool help = false;
	const struct cli_option options[] = {
		{ "--config", "FILE", "the configuration file", &path, NULL },
		{ "--help", NULL, "this", NULL, &help },
		{ 0 },
	};

	if (!cli_take_options(&argc, argv, options)) return CLI_USAGE;
	if (!help && argc > 1) return cli_usage_fault(argv[0]);
	if (help) {
		puts("usage: postroom check [--config FILE]\n\n"
		     "Says every fault of the configuration with its line and a mend.");
		cli_print_options(options);
		return CLI_DONE;
	}
	return check(cli_config_path(path));
}
