#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "operator/admin_socket.h"
#include "operator/cli.h"
#include "operator/exposure.h"
#include "operator/running.h"

enum { FAULTS_MAX = 64 * 1024 };

/* Who breaks into it then has the machine. */
static void warn_of_root(const struct config *c)
{
	if (geteuid() != 0) return;
	log_event(LOG_WARNING, "server.is-root", LOG_STR("data", c->data),
		  LOG_TEXT_OF("mend", "useradd --system postroom; chown -R postroom the "
				      "data folder; user = postroom"));
}

static enum cli_status serve(slice path, struct buf *faults)
{
	struct config *c = config_load(path.p, faults);
	struct admin_socket *admin;
	struct server *s;

	if (!c) {
		fwrite(faults->p, 1, faults->n, stderr); /* each line names its file */
		return CLI_FAULT;
	}
	s = server_new(c, path.p, false, faults);
	admin = s ? admin_socket_open(s, faults) : NULL;
	if (admin) {
		exposures_log(s->config, path.p);
		warn_of_root(s->config);
		server_run(s);
	} else {
		cli_fault(buf_slice(faults));
		server_give_up(s);
	}
	admin_socket_close(admin);
	server_free(s);
	admin_socket_free(admin);
	return admin ? CLI_DONE : CLI_FAULT;
}

enum cli_status cli_serve(int argc, char **argv)
{
	slice path = { 0 };
	bool help = false;
	struct buf faults;
	const struct cli_option options[] = {
		{ "--config", "FILE", "the configuration file", &path, NULL },
		{ "--help", NULL, "this", NULL, &help },
		{ 0 },
	};

	if (!cli_take_options(&argc, argv, options)) return CLI_USAGE;
	if (!help && argc > 1) return cli_usage_fault(argv[0]);
	if (help) {
		puts("usage: postroom serve [--config FILE]");
		cli_print_options(options);
		return CLI_DONE;
	}
	buf_init(&faults, FAULTS_MAX);
	enum cli_status status = serve(cli_config_path(path), &faults);
	buf_done(&faults);
	return status;
}
