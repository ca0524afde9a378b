/* Domain names in either form (IDNA 2008): the only file that sees libidn2. */
#include <string.h>

#include <idn2.h>

#include "message/text.h"

enum {
	LABEL_MAX = 63,         /* octets of an A-label */
	DOMAIN_ASCII_MAX = 253, /* octets of a name of A-labels */
	DOMAIN_MAX = 1024,      /* octets of a domain as given, in any script */
};

/* Letters, digits, hyphens, and underscores for names like _dmarc (RFC 8552). */
static bool is_label(slice label)
{
	for (size_t i = 0; i < label.n; i++)
		if (!is_alpha(label.p[i]) && !is_digit(label.p[i]) && label.p[i] != '-' &&
		    label.p[i] != '_')
			return false;
	return label.n > 0 && label.n <= LABEL_MAX;
}

/* The limits of RFC 1035 2.3.4, which libidn2 leaves to the resolver. */
static bool is_ascii_domain(slice name)
{
	slice label;

	if (name.n > DOMAIN_ASCII_MAX) return false;
	while (take_until(&name, '.', &label))
		if (!is_label(label)) return false;
	return is_label(name);
}

/* NUL-terminated, for libidn2; false when no domain is that long, or holds a NUL. */
static bool copy_domain(slice domain, char copy[DOMAIN_MAX])
{
	if (domain.n == 0 || domain.n >= DOMAIN_MAX) return false;
	if (slice_find_char(domain, '\0') < domain.n) return false;
	memcpy(copy, domain.p, domain.n);
	copy[domain.n] = '\0';
	return true;
}

bool domain_to_ascii(slice domain, struct buf *out)
{
	char copy[DOMAIN_MAX], *name = NULL;
	bool ok;

	if (!copy_domain(domain, copy)) return false;
	if (idn2_to_ascii_8z(copy, &name, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL))
		return false;
	ok = is_ascii_domain(slice_of(name)) && buf_add(out, slice_of(name));
	idn2_free(name);
	return ok;
}

bool domain_to_unicode(slice domain, struct buf *out)
{
	char *name = NULL;
	struct buf ascii;
	bool ok;

	buf_init(&ascii, DOMAIN_MAX);
	ok = domain_to_ascii(domain, &ascii) && buf_add_char(&ascii, '\0') &&
	     idn2_to_unicode_8z8z(buf_slice(&ascii).p, &name, 0) == IDN2_OK;
	buf_done(&ascii);
	if (!ok) return false;
	ok = buf_add(out, slice_of(name));
	idn2_free(name);
	return ok;
}
