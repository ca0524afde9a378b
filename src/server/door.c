#include "server/door.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "server/http_session.h"
#include "server/imap_session.h"
#include "server/pop3_session.h"
#include "server/proxies.h"
#include "server/smtp_session.h"

enum { UNIX_MODE = 0660 };

struct door_kind {
	bool (*open)(void *door, struct conn *c); /* NULL: not served yet */
	bool tls_at_once;
	bool has_logins;
	slice alpn;
	slice refusal_total, refusal_address;
};

#define SMTP_REFUSALS                                                                    \
	SLICE_INIT("421 4.3.2 Too many connections, try again later\r\n"),               \
		SLICE_INIT("421 4.7.0 Too many connections from your address\r\n")
#define IMAP_REFUSALS                                                                    \
	SLICE_INIT("* BYE [UNAVAILABLE] Too many connections, try again later\r\n"),     \
		SLICE_INIT("* BYE [LIMIT] Too many connections from your address\r\n")
#define POP3_REFUSALS                                                                    \
	SLICE_INIT("-ERR [SYS/TEMP] Too many connections, try again later\r\n"),         \
		SLICE_INIT("-ERR [SYS/TEMP] Too many connections from your address\r\n")
#define HTTP_REFUSALS                                                                    \
	SLICE_INIT("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n"           \
		   "Content-Length: 0\r\n\r\n"),                                         \
		SLICE_INIT("HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\n"     \
			   "Content-Length: 0\r\n\r\n")

/* ALPN names are those of the IANA registry; SMTP has none. */
static const struct door_kind kinds[SERVICE_COUNT] = {
	[SERVICE_SMTP] = { smtp_session_open, false, false, { 0 }, SMTP_REFUSALS },
	[SERVICE_SUBMISSION] = { smtp_session_open, false, true, { 0 }, SMTP_REFUSALS },
	[SERVICE_SUBMISSIONS] = { smtp_session_open, true, true, SLICE_INIT("smtp"),
				  SMTP_REFUSALS },
	[SERVICE_LMTP] = { smtp_session_open, false, false, { 0 }, SMTP_REFUSALS },
	[SERVICE_IMAP] = { imap_session_open, false, true, SLICE_INIT("imap"),
			   IMAP_REFUSALS },
	[SERVICE_IMAPS] = { imap_session_open, true, true, SLICE_INIT("imap"),
			    IMAP_REFUSALS },
	[SERVICE_POP3] = { pop3_session_open, false, true, SLICE_INIT("pop3"),
			   POP3_REFUSALS },
	[SERVICE_POP3S] = { pop3_session_open, true, true, SLICE_INIT("pop3"),
			    POP3_REFUSALS },
	[SERVICE_HTTP] = { http_session_open, false, false, SLICE_INIT("http/1.1"),
			   HTTP_REFUSALS },
	[SERVICE_HTTPS] = { http_session_open, true, false, SLICE_INIT("http/1.1"),
			    HTTP_REFUSALS },
};

static void failed(void *context, struct conn *c, const char *why)
{
	const struct door *d = context;
	char text[NETADDR_TEXT_MAX];

	log_event(LOG_INFO, "connection.failed",
		  LOG_TEXT_OF("service", service_name(d->kind)),
		  LOG_STR("peer", netaddr_text(conn_peer(c), text)),
		  LOG_TEXT_OF("why", why));
}

static void trouble(void *context, const char *what)
{
	const struct door *d = context;

	log_event(LOG_WARNING, "accept.paused",
		  LOG_TEXT_OF("service", service_name(d->kind)),
		  LOG_TEXT_OF("why", what));
}

static void door_init(struct door *d, struct server *s, enum service_kind kind)
{
	const struct door_kind *k = &kinds[kind];

	*d = (struct door){ .server = s, .kind = kind };
	d->tls = (struct tls_settings){
		.tls = s->tls,
		.no_binding = !s->config->channel_binding,
		.alpn = &k->alpn,
		.alpn_count = k->alpn.n ? 1 : 0,
		.ask_certificate = k->has_logins && s->config->tls_client_ca.n,
	};
	d->service = (struct service){ .context = d,
				       .open = k->open,
				       .job_wanted = session_job_wanted,
				       .closed = session_closed,
				       .failed = failed,
				       .trouble = trouble,
				       .tls = s->has_tls ? &d->tls : NULL,
				       .tls_at_once = k->tls_at_once,
				       .preamble = &proxy_preamble,
				       .limits = s->limits,
				       .refusal_total = k->refusal_total,
				       .refusal_address = k->refusal_address };
}

static bool door_open(struct door *d, slice address, struct buf *fault)
{
	struct listener_setup setup = { .loops = d->server->loops,
					.loop_count = d->server->loop_count,
					.service = &d->service,
					.unix_mode = UNIX_MODE };
	struct endpoint at;

	if (!endpoint_parse(address, &at)) {
		buf_addf(fault,
			 "%s: cannot listen on `%.*s`; write HOST:PORT with a numeric "
			 "host, *:PORT or unix:/PATH",
			 service_name(d->kind), FMT(address));
		return false;
	}
	if (d->service.tls_at_once && !d->server->has_tls) {
		buf_addf(fault,
			 "%s: it needs a certificate; set [tls] certificate and key",
			 service_name(d->kind));
		return false;
	}
	d->listener = listener_open(&at, &setup, fault);
	return d->listener;
}

bool doors_open(struct server *s, const struct listen_list *list, struct buf *fault)
{
	s->doors = calloc(list->count, sizeof(*s->doors));
	assert(s->doors || !list->count);
	for (uint32_t i = 0; i < list->count; i++) {
		const struct listen_config *l = &list->items[i];
		struct door *d = &s->doors[s->door_count];

		if (!kinds[l->service].open) {
			log_event(LOG_WARNING, "listener.skipped",
				  LOG_TEXT_OF("service", service_name(l->service)),
				  LOG_TEXT_OF("why", "this version does not serve it"));
			continue;
		}
		door_init(d, s, l->service);
		if (!door_open(d, l->address, fault)) return false;
		s->door_count++;
	}
	return true;
}

void doors_close(struct server *s)
{
	for (unsigned i = 0; i < s->door_count; i++)
		listener_close(s->doors[i].listener);
	s->door_count = 0;
}

uint16_t doors_port(const struct server *s, enum service_kind kind)
{
	struct endpoint at;

	for (unsigned i = 0; i < s->door_count; i++) {
		const struct door *d = &s->doors[i];

		if (d->kind == kind && endpoint_parse(listener_text(d->listener), &at))
			return at.address.port;
	}
	return 0;
}

void doors_print(const struct server *s)
{
	for (unsigned i = 0; i < s->door_count; i++)
		printf("listening %s %.*s\n", service_name(s->doors[i].kind),
		       FMT(listener_text(s->doors[i].listener)));
}
