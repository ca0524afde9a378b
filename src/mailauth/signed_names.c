#include "mailauth/signed_names.h"

#include "mailauth/signature.h"

/* clang-format off */
static const struct {
	slice name;
	bool once_more;
} names[] = {
	{ SLICE_INIT("From"), true },
	{ SLICE_INIT("Sender"), false }, /* lists add one, and no reader is misled by it */
	{ SLICE_INIT("Reply-To"), true },
	{ SLICE_INIT("Subject"), true },
	{ SLICE_INIT("Date"), true },
	{ SLICE_INIT("Message-ID"), true },
	{ SLICE_INIT("To"), true },
	{ SLICE_INIT("Cc"), true },
	{ SLICE_INIT("In-Reply-To"), true },
	{ SLICE_INIT("References"), true },
	{ SLICE_INIT("MIME-Version"), true },
	{ SLICE_INIT("Content-Type"), true },
	{ SLICE_INIT("Content-Transfer-Encoding"), true },
	{ SLICE_INIT("Content-Disposition"), false },
	{ SLICE_INIT("Content-ID"), false },
	{ SLICE_INIT("Content-Description"), false },
	{ SLICE_INIT("Resent-Date"), false },
	{ SLICE_INIT("Resent-From"), false },
	{ SLICE_INIT("Resent-Sender"), false },
	{ SLICE_INIT("Resent-To"), false },
	{ SLICE_INIT("Resent-Cc"), false },
	{ SLICE_INIT("Resent-Message-ID"), false },
	{ SLICE_INIT("List-Id"), false },
	{ SLICE_INIT("List-Help"), false },
	{ SLICE_INIT("List-Unsubscribe"), false }, /* with the next, RFC 8058 4 */
	{ SLICE_INIT("List-Unsubscribe-Post"), false },
	{ SLICE_INIT("List-Subscribe"), false },
	{ SLICE_INIT("List-Post"), false },
	{ SLICE_INIT("List-Owner"), false },
	{ SLICE_INIT("List-Archive"), false },
	{ SLICE_INIT("TLS-Report-Domain"), false }, /* with the next, RFC 8460 5.3 */
	{ SLICE_INIT("TLS-Report-Submitter"), false },
};
/* clang-format on */

static uint32_t count_fields(const struct header_list *list, slice name)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < list->count; i++)
		count += slice_eq_nocase(list->fields[i].name, name);
	return count;
}

/* Adds to *total how many names it wrote. */
static void write_name(slice name, uint32_t times, uint32_t *total, struct buf *out)
{
	for (uint32_t i = 0; i < times; i++) {
		if (*total) buf_add_char(out, ':');
		buf_add(out, name);
		++*total;
	}
}

bool signed_names_write(const struct header_list *list, bool with_signatures,
			struct buf *out)
{
	slice signature = S("DKIM-Signature");
	uint32_t total = 0;

	for (size_t i = 0; i < countof(names); i++)
		write_name(names[i].name,
			   count_fields(list, names[i].name) + names[i].once_more, &total,
			   out);
	if (with_signatures)
		write_name(signature, count_fields(list, signature), &total, out);
	return !out->overflow && total <= SIGNED_NAMES_MAX;
}

bool header_list_has(const struct header_list *list, slice name)
{
	return count_fields(list, name) > 0;
}
