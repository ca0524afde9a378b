#include "mailauth/received_spf.h"

#include "mailauth/field_value.h"
#include "message/address.h"

/* What the comment says between the domain and the client's address. */
static const struct {
	slice before, after;
} words[] = {
	[SPF_NONE] = { SLICE_INIT("does not say whether "), SLICE_INIT("may send") },
	[SPF_NEUTRAL] = { SLICE_INIT("neither permits nor denies "), SLICE_INIT("") },
	[SPF_PASS] = { SLICE_INIT("designates "), SLICE_INIT("as permitted sender") },
	[SPF_FAIL] = { SLICE_INIT("does not designate "),
		       SLICE_INIT("as permitted sender") },
	[SPF_SOFTFAIL] = { SLICE_INIT("is about to deny "), SLICE_INIT("") },
	[SPF_TEMPERROR] = { SLICE_INIT("could not be asked about "), SLICE_INIT("") },
	[SPF_PERMERROR] = { SLICE_INIT("has a wrong policy about "), SLICE_INIT("") },
};

static void add_comment(const struct spf_request *r, const struct spf_verdict *v,
			slice ip, struct buf *out)
{
	buf_add(out, S(" ("));
	field_add_comment(out, r->receiver);
	buf_add(out, S(": domain of "));
	field_add_comment(out, v->domain);
	buf_add(out, S("\r\n\t"));
	buf_add(out, words[v->result].before);
	buf_add(out, ip);
	if (words[v->result].after.n) buf_add_char(out, ' ');
	buf_add(out, words[v->result].after);
	buf_add_char(out, ')');
}

static void add_pair(struct buf *out, slice key, slice value)
{
	if (value.n == 0) return;
	buf_add(out, S("\r\n\t"));
	buf_add(out, key);
	buf_add_char(out, '=');
	field_add_value(out, value);
	buf_add_char(out, ';');
}

/* envelope-from is a dot-atom or a quoted string, hence an address in quotes, whose own
 * quotes are a part of it. */
static void add_sender(const struct spf_request *r, struct buf *out)
{
	struct buf address;

	if (r->identity == SPF_HELO || r->domain.n == 0) return;
	buf_init(&address, 2 * FIELD_VALUE_MAX);
	addr_spec_write(slice_head(r->local, FIELD_VALUE_MAX / 2),
			slice_head(r->domain, FIELD_VALUE_MAX / 2), &address);
	add_pair(out, S("envelope-from"), buf_slice(&address));
	buf_done(&address);
}

bool received_spf_write(const struct spf_request *r, const struct spf_verdict *v,
			struct buf *out)
{
	char room[IP_TEXT_MAX];
	slice ip = ip_text(ip_unmapped(r->ip), room);
	bool is_error = v->result == SPF_TEMPERROR || v->result == SPF_PERMERROR;

	buf_add(out, S("Received-SPF: "));
	buf_add(out, spf_result_name(v->result));
	add_comment(r, v, ip, out);
	add_pair(out, S("receiver"), r->receiver);
	add_pair(out, S("identity"), r->identity == SPF_HELO ? S("helo") : S("mailfrom"));
	add_pair(out, S("client-ip"), ip);
	add_sender(r, out);
	add_pair(out, S("helo"), r->helo);
	add_pair(out, S("mechanism"), v->mechanism.n ? v->mechanism : S("default"));
	if (is_error) add_pair(out, S("problem"), v->problem);
	return buf_add(out, S("\r\n"));
}
