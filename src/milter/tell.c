#include "milter/milter_state.h"

static void add_number(struct buf *out, uint32_t number, int octets)
{
	while (octets--)
		buf_add_char(out, (char)(number >> 8 * octets & 0xff));
}

static void add_packet(struct milter *m, char command, slice payload)
{
	add_number(&m->output, (uint32_t)payload.n + 1, 4);
	buf_add_char(&m->output, command);
	buf_add(&m->output, payload);
}

static void add_text(struct buf *out, slice text)
{
	buf_add(out, text);
	buf_add_char(out, '\0');
}

void milter_add_options(struct milter *m)
{
	struct buf numbers;

	buf_init(&numbers, 12);
	add_number(&numbers, MILTER_VERSION, 4);
	add_number(&numbers, MAY_ALL, 4);
	add_number(&numbers, WISH_ALL, 4);
	add_packet(m, MILTER_OPTIONS, buf_slice(&numbers));
	buf_done(&numbers);
}

/* ---- by stage ---- */

static void write_connect(struct milter *m, struct buf *out)
{
	const struct milter_mail *mail = &m->mail;
	slice port = mail->peer_port;
	uint32_t number = 0;

	add_text(out, mail->peer_name);
	if (!mail->peer_address.n) {
		buf_add_char(out, 'U');
		return;
	}
	bool is_v6 = slice_find_char(mail->peer_address, ':') < mail->peer_address.n;
	buf_add_char(out, is_v6 ? '6' : '4');
	(void)take_u32(&port, &number);
	add_number(out, number, 2);
	add_text(out, mail->peer_address);
}

static void write_helo(struct milter *m, struct buf *out)
{
	add_text(out, m->mail.helo);
}

static void add_path(struct buf *out, slice address)
{
	buf_add_char(out, '<');
	buf_add(out, address);
	add_text(out, S(">"));
}

static void write_mail(struct milter *m, struct buf *out)
{
	add_path(out, m->mail.sender);
	buf_add(out, m->mail.sender_arguments);
}

static void write_rcpt(struct milter *m, struct buf *out)
{
	add_path(out, m->mail.recipient);
}

/* Lines of a value end in LF here. */
static void write_header(struct milter *m, struct buf *out)
{
	const struct milter_field *f = &m->mail.fields[m->at];
	slice value = f->value;

	if (!(m->wishes & WISH_LEADING_SPACE)) (void)take_char(&value, ' ');
	add_text(out, f->name);
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] != '\r' && value.p[i] != '\0')
			buf_add_char(out, value.p[i]);
	buf_add_char(out, '\0');
}

static const struct telling {
	char command;
	uint32_t unwanted, quiet; /* WISH_* */
	void (*write)(struct milter *m, struct buf *out);
} tellings[MILTER_STAGES] = {
	[AT_CONNECT] = { MILTER_CONNECT, WISH_NO_CONNECT, WISH_QUIET_CONNECT,
			 write_connect },
	[AT_HELO] = { MILTER_HELO, WISH_NO_HELO, WISH_QUIET_HELO, write_helo },
	[AT_MAIL] = { MILTER_MAIL, WISH_NO_MAIL, WISH_QUIET_MAIL, write_mail },
	[AT_RCPT] = { MILTER_RCPT, WISH_NO_RCPT, WISH_QUIET_RCPT, write_rcpt },
	[AT_DATA] = { MILTER_DATA, WISH_NO_DATA, WISH_QUIET_DATA, NULL },
	[AT_HEADER] = { MILTER_HEADER, WISH_NO_HEADERS, WISH_QUIET_HEADERS,
			write_header },
	[AT_HEADER_END] = { MILTER_HEADER_END, WISH_NO_HEADER_END, WISH_QUIET_HEADER_END,
			    NULL },
	[AT_BODY] = { MILTER_BODY, WISH_NO_BODY, WISH_QUIET_BODY, NULL },
	[AT_END] = { MILTER_END, 0, 0, NULL },
};

uint32_t milter_stage_count(const struct milter *m)
{
	switch (m->stage) {
	case AT_RCPT:
		return m->mail.recipient_count;
	case AT_HEADER:
		return m->mail.field_count;
	case AT_DATA:
		return m->version >= MILTER_VERSION_DATA;
	case AT_BODY: /* which only those who want it are asked about */
		return m->offset < m->mail.body_size && !(m->wishes & WISH_NO_BODY);
	default:
		return 1;
	}
}

static bool is_wanted(const struct milter *m)
{
	return !(m->wishes & tellings[m->stage].unwanted);
}

bool milter_is_answered(const struct milter *m)
{
	return is_wanted(m) && !(m->wishes & tellings[m->stage].quiet);
}

void milter_add_macro_packet(struct milter *m, slice pairs)
{
	add_number(&m->output, (uint32_t)pairs.n + 2, 4);
	buf_add_char(&m->output, MILTER_MACRO);
	buf_add_char(&m->output, tellings[m->stage].command);
	buf_add(&m->output, pairs);
}

/* Macros are told even of what the filter does not want to hear, as others do it. */
void milter_add_packet(struct milter *m, slice octets)
{
	const struct telling *t = &tellings[m->stage];
	struct buf payload;

	if (m->stage == AT_RCPT) m->mail.recipient = m->mail.recipients[m->at];
	milter_add_macros(m);
	if (!is_wanted(m)) return;
	buf_init(&payload, OUTPUT_MAX / 2);
	if (t->write) t->write(m, &payload);
	add_packet(m, t->command, t->write ? buf_slice(&payload) : octets);
	buf_done(&payload);
}

void milter_add_quit(struct milter *m)
{
	add_packet(m, MILTER_QUIT, S(""));
}
