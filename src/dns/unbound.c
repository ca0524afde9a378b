#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unbound-event.h>
#include <unbound.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "dns/dns.h"
#include "dns/upstream.h"

enum {
	CLASS_IN = 1,
	PORT = 53,
	CONFIG_MAX = 16 * 1024, /* octets */
	SEC_BOGUS = 1,          /* of ub_event_callback_type; see unbound-event.h */
	SEC_SECURE = 2,
};

struct unbound {
	struct upstream upstream;
	struct ub_ctx *ctx;
};

/* ---- configuration ---- */

/* Small caches, for the mail server has one of its own; as many questions at once as it
 * will ask; a server that was dead is tried again soon. */
static const char usual[] = "server:\n"
			    "  verbosity: 0\n"
			    "  msg-cache-size: 4m\n"
			    "  rrset-cache-size: 8m\n"
			    "  key-cache-size: 2m\n"
			    "  neg-cache-size: 1m\n"
			    "  outgoing-range: 400\n"
			    "  edns-buffer-size: 1232\n"
			    "  cache-max-negative-ttl: 3600\n"
			    "  val-bogus-ttl: 30\n"
			    "  infra-host-ttl: 60\n"
			    "  infra-keep-probing: yes\n"
			    "  do-not-query-localhost: no\n";

/* The root's keys of 2017 and 2024 (RFC 9718 A). */
static const char *const root_anchors[] = {
	". DS 20326 8 2 "
	"E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
	". DS 38696 8 2 "
	"683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
};

/* Zones that libunbound answers by itself, beside those of unblock-lan-zones. */
static const char *const built_in[] = {
	"localhost.",
	"127.in-addr.arpa.",
	"onion.",
	"test.",
	"invalid.",
	"home.arpa.",
	"1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa.",
};

/* Names that the root cannot vouch for, for it knows that they are nowhere (RFC 6761,
 * 6762, 7686, 8375): a server that has them must not be taken for a forger. An anchor
 * for something below them makes that secure. */
static const char *const private_zones[] = {
	"test.",  "invalid.",  "localhost.", "example.",          "local.",
	"onion.", "internal.", "home.arpa.", "127.in-addr.arpa.",
};

static void add_server(struct buf *config, const struct netaddr *a)
{
	char text[NETADDR_TEXT_MAX];
	slice ip = netaddr_text(a, text);

	buf_addf(config, "  forward-addr: %.*s@%u\n", FMT(ip), a->port ? a->port : PORT);
}

/* Every name goes to the servers, and none is answered here. */
static void add_servers(struct buf *config, const struct dns_settings *s)
{
	buf_addf(config, "  unblock-lan-zones: yes\n  insecure-lan-zones: yes\n");
	for (size_t i = 0; i < countof(built_in); i++)
		buf_addf(config, "  local-zone: \"%s\" nodefault\n", built_in[i]);
	for (size_t i = 0; i < countof(private_zones); i++)
		buf_addf(config, "  domain-insecure: \"%s\"\n", private_zones[i]);
	buf_addf(config, "forward-zone:\n  name: \".\"\n");
	for (size_t i = 0; i < s->server_count; i++)
		add_server(config, &s->servers[i]);
}

static void write_config(struct buf *config, const struct dns_settings *s)
{
	buf_addf(config, "%s  num-queries-per-thread: %d\n  module-config: \"%s\"\n",
		 usual, DNS_PENDING_MAX,
		 s->mode == DNS_VALIDATE ? "validator iterator" : "iterator");
	if (s->server_count > 0) add_servers(config, s);
}

/* libunbound takes most of this from a file only. */
static int load_config(struct ub_ctx *ctx, slice config)
{
	CLEANUP(cleanup_close) int fd = memfd_create("unbound", MFD_CLOEXEC);
	char path[32];

	if (fd < 0 || write(fd, config.p, config.n) != (ssize_t)config.n)
		return UB_READFILE;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return ub_ctx_config(ctx, path);
}

static int add_anchors(struct ub_ctx *ctx, slice file)
{
	char path[DNS_PATH_MAX + 1];
	int fault = UB_NOERROR;

	for (size_t i = 0; i < countof(root_anchors) && !fault; i++)
		fault = ub_ctx_add_ta(ctx, root_anchors[i]);
	if (fault || file.n == 0) return fault;
	snprintf(path, sizeof(path), "%.*s", FMT(file));
	return ub_ctx_add_ta_file(ctx, path);
}

static int configure(struct ub_ctx *ctx, const struct dns_settings *s)
{
	CLEANUP(buf_done) struct buf config = { .max = CONFIG_MAX };
	int fault;

	write_config(&config, s);
	assert(!config.overflow);
	fault = load_config(ctx, buf_slice(&config));
	if (!fault && s->mode == DNS_VALIDATE) fault = add_anchors(ctx, s->trust_anchors);
	/* Any call beyond the configuration makes it read its files: now, not at the
	 * first question, when we may not any more. */
	return fault ? fault : ub_ctx_zone_remove(ctx, "unused.invalid.");
}

/* ---- questions ---- */

/* On failure neither length nor contents of the packet mean anything. */
static void answered(void *context, int rcode, void *packet, int n, int sec, char *, int)
{
	struct lookup *l = context;
	slice message = { packet, rcode == 0 && n > 0 ? (size_t)n : 0 };

	if (sec == SEC_BOGUS)
		l->done(l, BOGUS, message);
	else
		l->done(l, sec == SEC_SECURE && message.n ? SECURE : INSECURE, message);
}

static void ask(struct upstream *u, struct lookup *l)
{
	struct unbound *own = (struct unbound *)u;
	char name[DNS_ESCAPED_MAX];

	wire_name_escape(&l->name, name);
	if (ub_resolve_event(own->ctx, name, (int)l->type, CLASS_IN, l, answered, NULL))
		l->done(l, INSECURE, S(""));
}

struct upstream *unbound_new(const struct dns_settings *s, struct event_base *base,
			     struct buf *fault)
{
	struct unbound *u = calloc(1, sizeof(*u));
	int error = UB_NOMEM;

	assert(u);
	u->upstream.ask = ask;
	u->ctx = ub_ctx_create_event(base);
	if (u->ctx) error = configure(u->ctx, s);
	if (!error) return &u->upstream;
	buf_addf(fault, "libunbound: %s", ub_strerror(error));
	ub_ctx_delete(u->ctx);
	free(u);
	return NULL;
}
