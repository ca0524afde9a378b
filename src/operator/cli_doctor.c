#include <assert.h>
#include <ifaddrs.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/container.h"
#include "base/date.h"
#include "base/json_writer.h"
#include "dns/resolve.h"
#include "operator/cli.h"
#include "operator/dns_config.h"
#include "operator/doctor_fetch.h"
#include "operator/doctor_probe.h"
#include "operator/plain.h"
#include "queue/put.h"
#include "smtp/domain.h"

/*
 *   host: RESOLVE -> PROBE -> print, then each domain: RESOLVE -> FETCH -> print, then
 *   the end
 *
 * A process of its own, with a loop and a resolver of its own: it works with the server
 * running and stopped, and sees the world as the server does.
 */

enum { FAULTS_MAX = 64 * 1024, OUT_MAX = 16 * 1024 * 1024, CERTIFICATE_SOON_DAYS = 14 };

struct examination {
	const struct config *config;
	struct loop *loop;
	struct dns *dns;
	struct tls_client *tls;
	struct doctor doctor;
	struct probes *probes;
	struct fetches fetches;
	struct policy_probe policy;
	bool skips_ports;
	const slice *domains;
	uint32_t domain_count, next_domain;
	struct dns_answers answers;
	struct dns_budget budget;
	struct dns_resolve resolve;
	struct buf out;
	bool as_json;
	struct json_writer json;
	uint32_t counts[DOCTOR_FAULT + 1]; /* findings, by state */
};

/* ---- printing ---- */

static slice subject(const struct examination *x)
{
	return x->doctor.domain.n ? x->doctor.domain : x->config->hostname;
}

static void print_text(struct examination *x)
{
	buf_addf(&x->out, "%s%.*s\n", x->out.n ? "\n" : "", FMT(subject(x)));
	for (uint32_t i = 0; i < x->doctor.count; i++) {
		const struct finding *f = &x->doctor.findings[i];

		buf_addf(&x->out, "  %-8.*s %-12.*s ", FMT(doctor_state_name(f->state)),
			 FMT(f->check));
		plain_add(&x->out, f->text);
		buf_add_char(&x->out, '\n');
		if (f->add.n == 0) continue;
		buf_addf(&x->out, "  %-8s %-12s ", "", "  set");
		plain_add(&x->out, f->add);
		buf_add_char(&x->out, '\n');
	}
}

static void print_field(struct json_writer *w, slice name, slice value)
{
	json_write_key(w, name);
	json_write_string(w, value);
}

static void print_json(struct examination *x)
{
	struct json_writer *w = &x->json;

	json_write_object_begin(w);
	print_field(w, S("name"), subject(x));
	json_write_key(w, S("findings"));
	json_write_array_begin(w);
	for (uint32_t i = 0; i < x->doctor.count; i++) {
		const struct finding *f = &x->doctor.findings[i];

		json_write_object_begin(w);
		print_field(w, S("check"), f->check);
		print_field(w, S("state"), doctor_state_name(f->state));
		print_field(w, S("text"), f->text);
		if (f->add.n) print_field(w, S("set"), f->add);
		json_write_object_end(w);
	}
	json_write_array_end(w);
	json_write_object_end(w);
}

static void next_domain(struct examination *x);

static void print(struct examination *x)
{
	for (uint32_t i = 0; i < x->doctor.count; i++)
		x->counts[x->doctor.findings[i].state]++;
	if (x->as_json)
		print_json(x);
	else
		print_text(x);
	next_domain(x);
}

/* ---- this host ---- */

static void check_certificate(struct doctor *d, const struct certificate *c)
{
	int64_t days = (certificate_ends(c) - d->now) / DAY_SECONDS;
	slice host = d->config->hostname, check = S("certificate");

	if (!certificate_has_name(c, host))
		doctor_find(d, DOCTOR_FAULT, check,
			    doctor_text(d, "it is not for %.*s: get one for that name",
					FMT(host)),
			    S(""));
	if (days < 0)
		doctor_find(d, DOCTOR_FAULT, check,
			    S("it has expired: renew it, then reload with SIGHUP"),
			    S(""));
	else if (days < CERTIFICATE_SOON_DAYS)
		doctor_find(d, DOCTOR_ADVICE, check,
			    doctor_text(d, "it ends in %d days: renew it", (int)days),
			    S(""));
	else
		doctor_find(d, DOCTOR_GOOD, check,
			    doctor_text(d, "it is good for %d days", (int)days), S(""));
	if (certificate_is_self_signed(c))
		doctor_find(
			d, DOCTOR_ADVICE, check,
			S("it is self-signed: mail programs will complain; set one of "
			  "an authority under [tls]"),
			S(""));
}

static void probe_ended(void *context)
{
	print(context);
}

static void examine_host(struct examination *x)
{
	struct doctor *d = &x->doctor;
	struct buf fault;
	struct certificate *c;

	buf_init(&fault, FAULTS_MAX);
	if (x->config->tls_certificate.n == 0) {
		doctor_find(d, DOCTOR_FAULT, S("certificate"),
			    S("there is none: set [tls] certificate and key"), S(""));
	} else if ((c = certificate_read(x->config->tls_certificate.p, &fault))) {
		check_certificate(d, c);
		certificate_free(c);
	} else {
		doctor_find(d, DOCTOR_FAULT, S("certificate"),
			    doctor_text(d, "%.*s", FMT(buf_slice(&fault))), S(""));
	}
	buf_done(&fault);
	if (x->skips_ports)
		print(x);
	else
		x->probes = probes_start(x->loop, x->tls, d, probe_ended, x);
}

/* ---- a domain ---- */

static void examine_domain(struct examination *x)
{
	if (x->skips_ports ||
	    !policy_probe_start(&x->policy, &x->fetches, &x->doctor, probe_ended, x))
		print(x);
}

/* ---- asking ---- */

static bool decide(struct dns_resolve *r, const struct dns_answers *answers,
		   struct dns_question *ret)
{
	struct examination *x = CONTAINER_OF(r, struct examination, resolve);

	return doctor_decide(&x->doctor, answers, ret);
}

static void decided(struct dns_resolve *r)
{
	struct examination *x = CONTAINER_OF(r, struct examination, resolve);

	if (r->gave_up)
		doctor_find(&x->doctor, DOCTOR_UNKNOWN, S("DNS"), S("too many questions"),
			    S(""));
	if (x->doctor.domain.n)
		examine_domain(x);
	else
		examine_host(x);
}

static void examine(struct examination *x, slice domain)
{
	x->doctor.domain = domain;
	x->doctor.now = clock_now();
	dns_budget_init(&x->budget, clock_monotonic_ms());
	x->resolve = (struct dns_resolve){ .dns = x->dns,
					   .loop = x->loop,
					   .answers = &x->answers,
					   .budget = &x->budget,
					   .decide = decide,
					   .decided = decided };
	dns_resolve_start(&x->resolve);
}

static void next_domain(struct examination *x)
{
	if (x->next_domain < x->domain_count)
		examine(x, x->domains[x->next_domain++]);
	else
		loop_stop(x->loop, 0);
}

/* ---- the whole ---- */

/* The first public one, for the records that are proposed. */
static void find_address(char text[static NETADDR_TEXT_MAX])
{
	struct ifaddrs *list;

	snprintf(text, NETADDR_TEXT_MAX, "ADDRESS");
	if (getifaddrs(&list)) return;
	for (const struct ifaddrs *i = list; i; i = i->ifa_next) {
		struct netaddr a = { 0 };

		if (i->ifa_addr) a = netaddr_of_sockaddr(i->ifa_addr);
		if (a.kind != NETADDR_V4 || netaddr_is_private(&a)) continue;
		netaddr_text(&a, text);
		break;
	}
	freeifaddrs(list);
}

static enum cli_status outcome(const struct examination *x)
{
	uint32_t faults = x->counts[DOCTOR_FAULT];

	if (faults)
		fprintf(stderr, "postroom: %u fault%s\n", faults, faults == 1 ? "" : "s");
	if (faults) return CLI_FAULT;
	return x->counts[DOCTOR_UNKNOWN] ? CLI_LATER : CLI_DONE;
}

static void run(struct examination *x)
{
	struct buf ignored;
	struct certificate *c = NULL;
	char address[NETADDR_TEXT_MAX];

	find_address(address);
	buf_init(&ignored, FAULTS_MAX);
	if (x->config->tls_certificate.n)
		c = certificate_read(x->config->tls_certificate.p, &ignored);
	buf_done(&ignored);
	x->doctor = (struct doctor){ .config = x->config,
				     .address = slice_of(address),
				     .certificate = c };
	doctor_init(&x->doctor);
	dns_answers_init(&x->answers);
	json_writer_init(&x->json, &x->out);
	if (x->as_json) json_write_array_begin(&x->json);
	examine(x, S(""));
	loop_run(x->loop);
	if (x->as_json) json_write_array_end(&x->json);
	if (x->as_json) buf_add_char(&x->out, '\n');
	probes_free(x->probes);
	dns_answers_done(&x->answers);
	doctor_done(&x->doctor);
	certificate_free(c);
}

static enum cli_status run_with(struct examination *x, struct buf *fault)
{
	enum cli_status status = CLI_FAULT;
	const char *trust =
		x->config->delivery_trust.n ? x->config->delivery_trust.p : NULL;

	x->loop = loop_new();
	x->dns = dns_of_config(x->config, fault);
	x->tls = tls_client_new(trust, fault);
	buf_init(&x->out, OUT_MAX);
	if (x->loop && x->dns && x->tls) {
		fetches_init(&x->fetches, x->loop, NULL);
		run(x);
		fwrite(buf_slice(&x->out).p, 1, x->out.n, stdout);
		status = outcome(x);
	}
	dns_free(x->dns);
	if (x->loop) loop_free(x->loop);
	tls_client_free(x->tls);
	buf_done(&x->out);
	return status;
}

/* In A-labels and lower case. */
static bool take_domains(char **words, int count, struct arena *arena, slice *ret)
{
	for (int i = 0; i < count; i++) {
		struct buf address, domain;
		slice word = slice_of(words[i]), name;
		bool good = smtp_take_domain(&word, &name) && word.n == 0;

		buf_init(&address, DOCTOR_TEXT_MAX);
		buf_init(&domain, DNS_NAME_MAX);
		buf_addf(&address, "postmaster@%s", words[i]);
		queue_destination_of(buf_slice(&address), &domain);
		good = good && domain.n && arena_copy(arena, buf_slice(&domain), &ret[i]);
		buf_done(&address);
		buf_done(&domain);
		if (!good) return false;
	}
	return true;
}

static enum cli_status examine_all(struct config *c, struct examination *x, int count,
				   char **words, struct buf *fault)
{
	uint32_t n = count ? (uint32_t)count : c->domain_count;
	slice *domains = calloc(n + 1, sizeof(*domains));
	enum cli_status status = CLI_USAGE;

	assert(domains);
	x->config = c;
	x->domains = domains;
	x->domain_count = n;
	for (uint32_t i = 0; !count && i < n; i++)
		domains[i] = c->domains[i].name;
	if (take_domains(words, count, &c->arena, domains))
		status = run_with(x, fault);
	else
		buf_add(fault, S("that is no domain; write it as example.org"));
	free(domains);
	return status;
}

enum cli_status cli_doctor(int argc, char **argv)
{
	slice path = { 0 };
	bool wants_help = false;
	struct examination x = { .as_json = false };
	const struct cli_option options[] = {
		{ "--no-ports", NULL, "connect to nothing", NULL, &x.skips_ports },
		{ "--config", "FILE", "the configuration file", &path, NULL },
		{ "--json", NULL, "answer in JSON", NULL, &x.as_json },
		{ "--help", NULL, "this", NULL, &wants_help },
		{ 0 },
	};
	struct buf fault;
	struct config *c;
	enum cli_status status = CLI_FAULT;

	if (!cli_take_options(&argc, argv, options)) return CLI_USAGE;
	if (wants_help) {
		puts("usage: postroom doctor [DOMAIN...] [OPTIONS]\n\n"
		     "Looks at this host and at the domains (or those of the "
		     "configuration) as others\nsee them, and says which records to set. "
		     "Exit status 0: nothing is wrong, 1: there\nis a fault, 75: "
		     "something "
		     "did not answer.");
		cli_print_options(options);
		return CLI_DONE;
	}
	buf_init(&fault, FAULTS_MAX);
	c = config_load(cli_config_path(path).p, &fault);
	if (c) status = examine_all(c, &x, argc - 1, argv + 1, &fault);
	if (fault.n) cli_fault(slice_trim(buf_slice(&fault)));
	config_free(c);
	buf_done(&fault);
	return status;
}
