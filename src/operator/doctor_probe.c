#include "operator/doctor_probe.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/container.h"
#include "base/ip.h"
#include "net/connect.h"
#include "smtp/client.h"

enum { ADDRESSES_MAX = 6 };

/* How far a service is tried. */
enum probe_kind { PROBE_NOTHING, PROBE_CONNECTION, PROBE_TLS, PROBE_SMTP };

static const enum probe_kind kinds[SERVICE_COUNT] = {
	[SERVICE_SMTP] = PROBE_SMTP,       [SERVICE_SUBMISSION] = PROBE_CONNECTION,
	[SERVICE_SUBMISSIONS] = PROBE_TLS, [SERVICE_IMAP] = PROBE_CONNECTION,
	[SERVICE_IMAPS] = PROBE_TLS,       [SERVICE_POP3] = PROBE_CONNECTION,
	[SERVICE_POP3S] = PROBE_TLS,
};

struct probe {
	struct probes *all;
	enum service_kind service;
	struct netaddr address;
	struct outgoing to;
	struct smtp_client_config config;
	struct smtp_client *client;
	struct conn *conn;
	struct task goodbye;
	bool is_told; /* its finding is there */
};

struct probes {
	struct loop *loop;
	struct tls_client *tls;
	struct doctor *doctor;
	void (*ended)(void *context);
	void *context;
	struct task end;
	slice host;
	struct probe list[PROBES_MAX];
	uint32_t count, running;
};

/* ---- what was found ---- */

static void tell(struct probe *p, enum doctor_state state, const char *what, slice why)
{
	char text[NETADDR_TEXT_MAX];
	struct doctor *d = p->all->doctor;

	if (p->is_told) return;
	p->is_told = true;
	doctor_find(d, state, S("port"),
		    doctor_text(d, "%s at %.*s port %u: %s%.*s", service_name(p->service),
				FMT(netaddr_text(&p->address, text)), p->address.port,
				what, FMT(why)),
		    S(""));
}

static void tell_tls(struct probe *p, const struct tls_facts *tls)
{
	if (!tls)
		tell(p, DOCTOR_FAULT,
		     "answers, but offers no STARTTLS: set [tls] certificate and key",
		     S(""));
	else if (tls->verified == TLS_UNVERIFIED)
		tell(p, DOCTOR_ADVICE,
		     "answers; no authority vouches for its certificate and name, with ",
		     tls->protocol);
	else
		tell(p, DOCTOR_GOOD, "answers, with a good certificate and ",
		     tls->protocol);
}

static void run_end(struct task *t)
{
	struct probes *all = CONTAINER_OF(t, struct probes, end);

	all->ended(all->context);
}

static void probe_is_over(struct probe *p)
{
	struct probes *all = p->all;

	if (--all->running) return;
	all->end.run = run_end;
	loop_defer(all->loop, &all->end);
}

/* ---- SMTP ---- */

static void say_goodbye(struct task *t)
{
	struct probe *p = CONTAINER_OF(t, struct probe, goodbye);

	if (!p->conn) return;
	smtp_client_send(p->client, NULL);
	conn_resume(p->conn);
}

static void next(void *host)
{
	struct probe *p = host;

	tell_tls(p, conn_tls(p->conn));
	p->goodbye.run = say_goodbye;
	loop_defer(p->all->loop, &p->goodbye);
}

static void failed_session(void *host, const struct smtp_client_result *why)
{
	struct probe *p = host;

	tell(p, DOCTOR_FAULT, "refuses to talk: ", why->text);
}

static void no_content(void *, uint64_t, size_t)
{
	/* No message is ever sent. */
}

static void no_result(void *, uint32_t, const struct smtp_client_result *)
{
}

static void no_end(void *)
{
}

static const struct smtp_client_host client_host = { .next = next,
						     .content = no_content,

						     .result = no_result,
						     .done = no_end,
						     .failed = failed_session };

/* ---- connections ---- */

static bool opened(void *context, struct conn *c)
{
	struct probe *p = context;

	p->conn = c;
	if (kinds[p->service] == PROBE_SMTP) {
		p->client = smtp_client_new(&p->config, NULL, &client_host, p);
		conn_attach(c, smtp_client_engine(p->client), p);
		return true;
	}
	if (kinds[p->service] == PROBE_TLS)
		tell_tls(p, conn_tls(c));
	else
		tell(p, DOCTOR_GOOD, "answers", S(""));
	return false;
}

static void failed(void *context, struct conn *, const char *why)
{
	struct probe *p = context;

	p->conn = NULL;
	tell(p, DOCTOR_FAULT,
	     "cannot be reached from here (a firewall, a router, or no listener): ",
	     slice_of(why));
	probe_is_over(p);
}

static void closed(void *session, struct conn *, const char *why)
{
	struct probe *p = session;

	p->conn = NULL;
	tell(p, DOCTOR_FAULT, "breaks off: ", slice_of(why));
	probe_is_over(p);
}

static void start(struct probe *p)
{
	struct probes *all = p->all;

	p->config = (struct smtp_client_config){
		.host_name = all->host,
		.tls = CLIENT_TLS_IF_OFFERED,
	};
	p->to = (struct outgoing){
		.addresses = &p->address,
		.address_count = 1,
		.connect_ms = PROBE_CONNECT_MS,
		.tls = all->tls,
		.target = { .verify = TLS_ANY, .names = &all->host, .name_count = 1 },
		.service = { .context = p,
			     .open = opened,
			     .closed = closed,
			     .failed = failed,
			     .tls_at_once = kinds[p->service] == PROBE_TLS },
	};
	all->running++;
	p->conn = conn_connect(all->loop, &p->to);
}

/* ---- what is to be tried ---- */

static void add(struct probes *all, enum service_kind service, struct ip ip,
		uint16_t port)
{
	struct probe *p = &all->list[all->count];
	struct netaddr a = { .kind = ip.n == IP4_OCTETS ? NETADDR_V4 : NETADDR_V6,
			     .port = port };

	for (uint32_t i = 0; i < all->count; i++)
		if (all->list[i].service == service &&
		    all->list[i].address.port == port &&
		    memcmp(all->list[i].address.ip, ip.octets, ip.n) == 0)
			return;
	if (all->count == PROBES_MAX || !ip.n) return;
	memcpy(a.ip, ip.octets, ip.n);
	*p = (struct probe){ .all = all, .service = service, .address = a };
	all->count++;
}

/* Other servers come to the port of servers, whatever is between it and the listener. */
static uint16_t port_of(const struct config *c, const struct listen_config *l)
{
	struct endpoint e;

	if (kinds[l->service] == PROBE_NOTHING || !endpoint_parse(l->address, &e) ||
	    e.address.kind == NETADDR_UNIX)
		return 0;
	return l->service == SERVICE_SMTP ? (uint16_t)c->delivery_port : e.address.port;
}

static void add_address(struct probes *all, const struct config *c, struct ip ip)
{
	for (uint32_t i = 0; i < c->listen.count; i++) {
		uint16_t port = port_of(c, &c->listen.items[i]);

		if (port) add(all, c->listen.items[i].service, ip, port);
	}
}

static void add_all(struct probes *all, const struct dns_answers *known)
{
	static const enum dns_type types[] = { DNS_A, DNS_AAAA };

	for (size_t t = 0; t < countof(types); t++) {
		const struct dns_answer *a = dns_answers_find(
			known, (struct dns_question){ types[t], all->host });

		for (uint32_t i = 0; a && i < a->count && i < ADDRESSES_MAX; i++)
			add_address(all, all->doctor->config,
				    ip_of_octets(a->records[i].data));
	}
}

struct probes *probes_start(struct loop *l, struct tls_client *tls, struct doctor *d,
			    void (*ended)(void *context), void *context)
{
	struct probes *all = calloc(1, sizeof(*all));

	assert(all);
	*all = (struct probes){ .loop = l,
				.tls = tls,
				.doctor = d,
				.ended = ended,
				.context = context,
				.host = d->config->hostname,
				.running = 1 };
	add_all(all, d->known);
	for (uint32_t i = 0; i < all->count; i++)
		start(&all->list[i]);
	probe_is_over(&(struct probe){ .all = all }); /* the start itself */
	return all;
}

void probes_free(struct probes *p)
{
	free(p);
}
