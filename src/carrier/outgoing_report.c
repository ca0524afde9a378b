#include "base/hex.h"
#include "carrier/outgoing_courier.h"
#include "server/reporting.h"

/*
 * What RFC 8460 wants to know of each connection. The domain's policy for a host is its
 * TLSA records, else its MTA-STS policy, else there was none.
 */

enum { STRINGS_ARENA_MAX = 256 * 1024 };

struct strings {
	struct arena arena;
	slice policy[TLS_REPORT_STRINGS_MAX], hosts[TLS_REPORT_STRINGS_MAX];
};

/* Its four fields as text (RFC 8460 4.5). */
static bool write_tlsa(slice record, struct arena *arena, slice *ret)
{
	struct buf text;
	bool fits;

	if (record.n < 3) return false;
	buf_init(&text, 16 + 2 * record.n);
	buf_addf(&text, "%d %d %d ", (unsigned char)record.p[0],
		 (unsigned char)record.p[1], (unsigned char)record.p[2]);
	hex_encode(&text, slice_skip(record, 3));
	fits = !text.overflow && arena_copy(arena, buf_slice(&text), ret);
	buf_done(&text);
	return fits;
}

static void describe_tlsa(const struct mx_host *h, struct strings *s,
			  struct tls_policy *ret)
{
	ret->type = "tlsa";
	for (uint32_t i = 0;
	     i < h->tlsa_count && ret->string_count < TLS_REPORT_STRINGS_MAX; i++)
		if (write_tlsa(h->tlsa[i], &s->arena, &s->policy[ret->string_count]))
			ret->string_count++;
}

static void describe_sts(const struct courier *c, struct strings *s,
			 struct tls_policy *ret)
{
	slice text = c->policy.policy.text, line, mx;

	ret->type = "sts";
	while (ret->string_count < TLS_REPORT_STRINGS_MAX &&
	       take_listed(&text, '\n', &line)) {
		line = slice_trim(line);
		if (line.n) s->policy[ret->string_count++] = line;
	}
	text = c->policy.policy.text;
	while (ret->host_count < TLS_REPORT_STRINGS_MAX && mta_sts_take_mx(&text, &mx))
		s->hosts[ret->host_count++] = mx;
}

/* One that could not be had is a policy, too, but of that failure only. */
static bool has_sts(const struct courier *c, const char *result)
{
	if (!c->has_policy) return false;
	return c->policy.policy.mode != MTA_STS_NONE ||
	       (result && slice_starts(slice_of(result), S("sts-")));
}

static struct tls_policy describe(const struct courier *c, const char *result,
				  struct strings *s)
{
	struct tls_policy p = { .type = "no-policy-found",
				.domain = c->relay.host,
				.strings = s->policy,
				.hosts = s->hosts };

	if (courier_host(c)->tlsa_count)
		describe_tlsa(courier_host(c), s, &p);
	else if (has_sts(c, result))
		describe_sts(c, s, &p);
	return p;
}

/* Whom the operator named, or an address, is no server of a domain's; and a report that
 * goes without TLS is none about TLS (RFC 8460 5.3). */
static bool is_of_domain(const struct courier *c)
{
	return !c->relay.is_host && c->relay.tls != TLS_NONE &&
	       c->relay.demand != DEMAND_NO_TLS && courier_host(c)->name.n > 0;
}

void courier_report(const struct courier *c, const char *result, slice reason)
{
	char sending[NETADDR_TEXT_MAX], receiving[IP_TEXT_MAX];
	const struct mx_host *h = courier_host(c);
	struct strings s;
	struct tls_policy policy;
	struct ip local = netaddr_ip(&c->local);

	if (!is_of_domain(c)) return;
	arena_init(&s.arena, STRINGS_ARENA_MAX);
	policy = describe(c, result, &s);
	reporting_note_tls(
		c->all->server, &policy,
		&(struct tls_attempt){
			.result = result,
			.sending_ip = local.n ? ip_text(local, sending) : S(""),
			.host = h->name,
			.receiving_ip = ip_text(h->addresses[c->address], receiving),
			.reason = reason });
	arena_done(&s.arena);
}

void courier_report_failure(const struct courier *c, enum tls_failure why, slice reason)
{
	static const char *const results[] = {
		/* RFC 8460 4.3 */
		[TLS_FAILED_OTHERWISE] = "validation-failure",
		[TLS_FAILED_CERTIFICATE] = "certificate-not-trusted",
		[TLS_FAILED_EXPIRED] = "certificate-expired",
		[TLS_FAILED_HOST] = "certificate-host-mismatch",
		[TLS_FAILED_UNTRUSTED] = "certificate-not-trusted",
		[TLS_FAILED_TLSA] = "tlsa-invalid",
	};

	/* A second try with less asked of it tells nothing new. */
	if (why == TLS_NOT_FAILED || c->is_plain || c->is_lenient) return;
	courier_report(c, results[why], reason);
}
