#include "milter/milter_state.h"

#define IN(field) offsetof(struct milter_mail, field)
#define ON(stage) (1u << AT_##stage)

/* Where they go unless the filter chooses; as Sendmail and Postfix name them. */
static const struct macro {
	slice name;
	size_t offset; /* in struct milter_mail */
	unsigned stages;
} macros[] = {
	{ SLICE_INIT("j"), IN(host_name), ON(CONNECT) | ON(END) },
	{ SLICE_INIT("v"), IN(program), ON(CONNECT) },
	{ SLICE_INIT("_"), IN(peer), ON(CONNECT) },
	{ SLICE_INIT("{daemon_name}"), IN(service), ON(CONNECT) },
	{ SLICE_INIT("{client_addr}"), IN(peer_address), ON(CONNECT) },
	{ SLICE_INIT("{client_name}"), IN(peer_name), ON(CONNECT) },
	{ SLICE_INIT("{client_port}"), IN(peer_port), ON(CONNECT) },
	{ SLICE_INIT("{tls_version}"), IN(tls_version), ON(HELO) },
	{ SLICE_INIT("{cipher}"), IN(cipher), ON(HELO) },
	{ SLICE_INIT("{cipher_bits}"), IN(cipher_bits), ON(HELO) },
	{ SLICE_INIT("i"), IN(id), ON(MAIL) | ON(DATA) | ON(HEADER_END) | ON(END) },
	{ SLICE_INIT("{auth_type}"), IN(login_mechanism), ON(MAIL) },
	{ SLICE_INIT("{auth_authen}"), IN(login), ON(MAIL) },
	{ SLICE_INIT("{mail_addr}"), IN(sender), ON(MAIL) },
	{ SLICE_INIT("{rcpt_addr}"), IN(recipient), ON(RCPT) },
};

/* The protocol's numbers of the stages. */
static const enum milter_stage numbered[] = { AT_CONNECT, AT_HELO, AT_MAIL,      AT_RCPT,
					      AT_DATA,    AT_END,  AT_HEADER_END };

bool milter_choose_macros(struct milter *m, uint32_t stage, slice names)
{
	if (stage >= countof(numbered)) return false;
	m->chose[numbered[stage]] = true;
	return arena_copy(&m->verdict->arena, names, &m->macros[numbered[stage]]);
}

/* Some write "{i}" or "auth_type" for "i" and "{auth_type}". */
static slice bare(slice name)
{
	bool braced = name.n >= 2 && name.p[0] == '{' && name.p[name.n - 1] == '}';

	return braced ? (slice){ name.p + 1, name.n - 2 } : name;
}

/* Blanks or commas stand between them. */
static bool names_macro(slice list, slice name)
{
	while (list.n) {
		size_t n = 0;

		while (n < list.n && list.p[n] != ' ' && list.p[n] != ',')
			n++;
		if (slice_eq(bare(slice_head(list, n)), bare(name))) return true;
		list = slice_skip(list, n + 1);
	}
	return false;
}

static bool is_wanted(const struct milter *m, const struct macro *macro)
{
	return m->chose[m->stage] ? names_macro(m->macros[m->stage], macro->name)
				  : macro->stages & 1u << m->stage;
}

void milter_add_macros(struct milter *m)
{
	struct buf pairs;

	buf_init(&pairs, MILTER_CHUNK_MAX);
	for (size_t i = 0; i < countof(macros); i++) {
		const slice *value =
			(const void *)((const char *)&m->mail + macros[i].offset);

		if (!value->n || !is_wanted(m, &macros[i])) continue;
		buf_add(&pairs, macros[i].name);
		buf_add_char(&pairs, '\0');
		buf_add(&pairs, *value);
		buf_add_char(&pairs, '\0');
	}
	if (pairs.n) milter_add_macro_packet(m, buf_slice(&pairs));
	buf_done(&pairs);
}
