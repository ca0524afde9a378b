#include "smtp/peer.h"

#include "smtp/reply_reader.h"

void smtp_peer_init(struct smtp_peer *p)
{
	*p = (struct smtp_peer){ 0 };
	buf_init(&p->mechanisms, SMTP_READ_TEXT_MAX);
}

void smtp_peer_done(struct smtp_peer *p)
{
	buf_done(&p->mechanisms);
}

/* ---- the parameters ---- */

static bool no_parameter(struct smtp_peer *, slice text)
{
	return text.n == 0;
}

/* Their parameters change nothing for us. */
static bool any_parameter(struct smtp_peer *, slice)
{
	return true;
}

static bool take_size(struct smtp_peer *p, slice text)
{
	return text.n == 0 || (take_u64(&text, &p->size_max) && text.n == 0);
}

static bool take_mechanisms(struct smtp_peer *p, slice text)
{
	buf_add(&p->mechanisms, text);
	return text.n > 0;
}

/* MAILMAX and RCPTMAX: %x31-39 0*5DIGIT (RFC 9422 4.1, 4.2). */
static void take_limit(slice text, slice name, uint32_t *limit)
{
	uint32_t value;

	if (take_literal_nocase(&text, name) && take_char(&text, '=') && text.n <= 6 &&
	    take_u32(&text, &value) && text.n == 0 && value > 0)
		*limit = value;
}

static bool take_limits(struct smtp_peer *p, slice text)
{
	slice word;

	while (take_word(&text, &word)) {
		take_limit(word, S("MAILMAX"), &p->mails_max);
		take_limit(word, S("RCPTMAX"), &p->recipients_max);
		take_char(&text, ' ');
	}
	return true;
}

static const struct {
	slice name;
	unsigned flag;
	/* False: counts as not announced. */
	bool (*take)(struct smtp_peer *p, slice parameters);
} keywords[] = {
	/* clang-format off */
	{ SLICE_INIT("PIPELINING"),  PEER_PIPELINING,  no_parameter },    /* RFC 2920 3 */
	{ SLICE_INIT("8BITMIME"),    PEER_8BITMIME,    any_parameter },   /* RFC 6152 2 */
	{ SLICE_INIT("CHUNKING"),    PEER_CHUNKING,    no_parameter },    /* RFC 3030 2 */
	{ SLICE_INIT("BINARYMIME"),  PEER_BINARYMIME,  no_parameter },    /* RFC 3030 3 */
	{ SLICE_INIT("SMTPUTF8"),    PEER_SMTPUTF8,    any_parameter },   /* RFC 6531 3.1 */
	{ SLICE_INIT("DSN"),         PEER_DSN,         any_parameter },   /* RFC 3461 4 */
	{ SLICE_INIT("DELIVERBY"),   PEER_DELIVERBY,   any_parameter },   /* RFC 2852 3 */
	{ SLICE_INIT("FUTURERELEASE"), PEER_FUTURERELEASE, any_parameter }, /* RFC 4865 3 */
	{ SLICE_INIT("STARTTLS"),    PEER_STARTTLS,    any_parameter },   /* RFC 3207 2 */
	{ SLICE_INIT("REQUIRETLS"),  PEER_REQUIRETLS,  any_parameter },   /* RFC 8689 2 */
	{ SLICE_INIT("MT-PRIORITY"), PEER_MT_PRIORITY, any_parameter },   /* RFC 6710 3 */
	{ SLICE_INIT("SIZE"),        PEER_SIZE,        take_size },       /* RFC 1870 3 */
	{ SLICE_INIT("AUTH"),        PEER_AUTH,        take_mechanisms }, /* RFC 4954 3 */
	{ SLICE_INIT("LIMITS"),      0,                take_limits },     /* RFC 9422 3 */
	/* clang-format on */
};

static void take_keyword(struct smtp_peer *p, slice line)
{
	slice name = { 0 };

	if (!take_word(&line, &name)) return;
	for (size_t i = 0; i < countof(keywords); i++)
		if (slice_eq_nocase(keywords[i].name, name) &&
		    keywords[i].take(p, slice_trim(line)))
			p->announced |= keywords[i].flag;
}

void smtp_peer_read(struct smtp_peer *p, slice text)
{
	slice line;
	bool more = take_until(&text, '\n', &line); /* the first is a greeting */

	buf_reset(&p->mechanisms);
	*p = (struct smtp_peer){ .mechanisms = p->mechanisms };
	while (more) {
		more = take_until(&text, '\n', &line);
		take_keyword(p, more ? line : text);
	}
}
