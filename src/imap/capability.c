#include "imap/capability.h"

#include "imap/session.h"

static bool always(const struct imap *)
{
	return true;
}

static bool before_login(const struct imap *s)
{
	return s->state == STATE_NEW;
}

static bool after_login(const struct imap *s)
{
	return !before_login(s);
}

bool password_allowed(const struct imap *s)
{
	return s->has_tls || s->config->plaintext_login;
}

static bool login_disabled(const struct imap *s)
{
	return before_login(s) && !password_allowed(s);
}

static bool has_jmap(const struct imap *s)
{
	return s->jmap;
}

bool starttls_allowed(const struct imap *s)
{
	return before_login(s) && s->config->tls_available && !s->has_tls;
}

static const struct {
	slice name;
	bool (*applies)(const struct imap *s);
} capabilities[] = {
	{ SLICE_INIT("IMAP4rev1"), always },             /* RFC 3501 */
	{ SLICE_INIT("STARTTLS"), starttls_allowed },    /* RFC 9051 6.2.1 */
	{ SLICE_INIT("LOGINDISABLED"), login_disabled }, /* RFC 9051 6.2.3 */
	{ SLICE_INIT("SASL-IR"), before_login },         /* RFC 4959 */
	{ SLICE_INIT("LITERAL+"), always },              /* RFC 7888 */
	{ SLICE_INIT("ID"), always },                    /* RFC 2971 */
	{ SLICE_INIT("ENABLE"), always },                /* RFC 5161 */
	{ SLICE_INIT("IDLE"), always },                  /* RFC 2177 */
	{ SLICE_INIT("NAMESPACE"), always },             /* RFC 2342 */
	{ SLICE_INIT("UNSELECT"), always },              /* RFC 3691 */
	{ SLICE_INIT("UIDPLUS"), always },               /* RFC 4315 */
	{ SLICE_INIT("MOVE"), always },                  /* RFC 6851 */
	{ SLICE_INIT("CHILDREN"), always },              /* RFC 3348 */
	{ SLICE_INIT("IMAP4rev2"), always },             /* RFC 9051, once enabled */
	{ SLICE_INIT("MULTIAPPEND"), always },           /* RFC 3502 */
	{ SLICE_INIT("BINARY"), always },                /* RFC 3516 */
	{ SLICE_INIT("CATENATE"), always },              /* RFC 4469 */
	{ SLICE_INIT("URL-PARTIAL"), always },           /* RFC 5550 */
	{ SLICE_INIT("REPLACE"), always },               /* RFC 8508 */
	{ SLICE_INIT("UTF8=ACCEPT"), always },           /* RFC 6855 */
	{ SLICE_INIT("I18NLEVEL=1"), always },           /* RFC 5255 4.3 */
	{ SLICE_INIT("ESEARCH"), always },               /* RFC 4731 */
	{ SLICE_INIT("SEARCHRES"), always },             /* RFC 5182 */
	{ SLICE_INIT("WITHIN"), always },                /* RFC 5032 */
	{ SLICE_INIT("CONDSTORE"), always },             /* RFC 7162 3.1 */
	{ SLICE_INIT("QRESYNC"), always },               /* RFC 7162 3.2 */
	{ SLICE_INIT("LIST-EXTENDED"), always },         /* RFC 5258 */
	{ SLICE_INIT("LIST-STATUS"), always },           /* RFC 5819 */
	{ SLICE_INIT("SPECIAL-USE"), always },           /* RFC 6154 */
	{ SLICE_INIT("CREATE-SPECIAL-USE"), always },    /* RFC 6154 3 */
	{ SLICE_INIT("STATUS=SIZE"), always },           /* RFC 8438 */
	{ SLICE_INIT("SORT"), always },                  /* RFC 5256 */
	{ SLICE_INIT("SORT=DISPLAY"), always },          /* RFC 5957 */
	{ SLICE_INIT("ESORT"), always },                 /* RFC 5267 3 */
	{ SLICE_INIT("THREAD=ORDEREDSUBJECT"), always }, /* RFC 5256 */
	{ SLICE_INIT("THREAD=REFERENCES"), always },     /* RFC 5256 */
	{ SLICE_INIT("COMPRESS=DEFLATE"), always },      /* RFC 4978 */
	{ SLICE_INIT("UNAUTHENTICATE"), after_login },   /* RFC 8437 */
	{ SLICE_INIT("CONTEXT=SEARCH"), always },        /* RFC 5267 4 */
	{ SLICE_INIT("CONTEXT=SORT"), always },          /* RFC 5267 4 */
	{ SLICE_INIT("SEARCH=FUZZY"), always },          /* RFC 6203 */
	{ SLICE_INIT("MULTISEARCH"), always },           /* RFC 7377 */
	{ SLICE_INIT("INPROGRESS"), always },            /* RFC 9585 */
	{ SLICE_INIT("UIDONLY"), always },               /* RFC 9586 */
	{ SLICE_INIT("NOTIFY"), always },                /* RFC 5465 */
	{ SLICE_INIT("OBJECTID"), always },              /* RFC 8474 */
	{ SLICE_INIT("JMAPACCESS"), has_jmap },          /* RFC 9698 */
	{ SLICE_INIT("SAVEDATE"), always },              /* RFC 8514 */
	{ SLICE_INIT("PREVIEW"), always },               /* RFC 8970 */
	{ SLICE_INIT("PARTIAL"), always },               /* RFC 9394 */
	{ SLICE_INIT("ACL"), always },                   /* RFC 4314 */
	{ SLICE_INIT("RIGHTS=kxte"), always },           /* RFC 4314 5.1.1 */
	{ SLICE_INIT("LIST-MYRIGHTS"), always },         /* RFC 8440 */
	{ SLICE_INIT("METADATA"), always },              /* RFC 5464 */
	{ SLICE_INIT("METADATA-SERVER"), always },       /* RFC 5464 */
	{ SLICE_INIT("LIST-METADATA"), always },         /* RFC 9590 */
	{ SLICE_INIT("QUOTA"), always },                 /* RFC 9208 */
	{ SLICE_INIT("QUOTASET"), always },              /* RFC 9208 4.1.3 */
	{ SLICE_INIT("QUOTA=RES-STORAGE"), always },     /* RFC 9208 5.1 */
	{ SLICE_INIT("QUOTA=RES-MESSAGE"), always },     /* RFC 9208 5.2 */
};

bool mechanism_allowed(const struct imap *s, const struct sasl_mechanism *m)
{
	unsigned refused = s->config->sasl_refused;

	if (!password_allowed(s)) refused |= SASL_SHOWS_PASSWORD;
	return sasl_is_usable(m, s->has_tls ? &s->tls : NULL, refused);
}

static void write_mechanisms(const struct imap *s, struct buf *out)
{
	size_t count;
	const struct sasl_mechanism *all = sasl_mechanisms(&count);

	for (size_t i = 0; i < count; i++)
		if (mechanism_allowed(s, &all[i]))
			buf_addf(out, " AUTH=%.*s", FMT(all[i].name));
}

static bool has_word(slice words, slice word)
{
	slice one;

	for (words = slice_trim(words); take_word(&words, &one);
	     words = slice_trim(words))
		if (slice_eq_nocase(one, word)) return true;
	return false;
}

/* For clients that fail with it; who uses it nevertheless may. */
static bool is_hidden(const struct imap *s, slice name)
{
	return has_word(s->config->hidden, name) ||
	       (s->hidden && has_word(slice_of(s->hidden), name));
}

void capability_write(const struct imap *s, struct buf *out)
{
	buf_add(out, S("CAPABILITY"));
	for (size_t i = 0; i < countof(capabilities); i++)
		if (capabilities[i].applies(s) && !is_hidden(s, capabilities[i].name))
			buf_addf(out, " %.*s", FMT(capabilities[i].name));
	/* RFC 7889 2: of all mailboxes alike; RFC 9738 3. */
	buf_addf(out, " APPENDLIMIT=%ju", (uintmax_t)s->config->append_max);
	if (s->config->message_limit && !is_hidden(s, S("MESSAGELIMIT")))
		buf_addf(out, " MESSAGELIMIT=%u", s->config->message_limit);
	if (before_login(s)) write_mechanisms(s, out);
}
