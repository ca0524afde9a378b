#include "mailauth/field_hash.h"

#include <assert.h>

#include <openssl/evp.h>

#include "mailauth/tag_list.h"

void field_hash_init(struct field_hash *h, enum canon canon)
{
	*h = (struct field_hash){ .context = EVP_MD_CTX_new(), .canon = canon };
	assert(h->context);
	EVP_DigestInit_ex(h->context, EVP_sha256(), NULL);
	buf_init(&h->scratch, SIZE_MAX); /* of one field, which is in memory already */
}

void field_hash_done(struct field_hash *h)
{
	EVP_MD_CTX_free(h->context);
	buf_done(&h->scratch);
}

void field_hash_add(struct field_hash *h, const struct signed_field *field)
{
	slice octets;

	buf_reset(&h->scratch);
	canon_field(h->canon, field, &h->scratch);
	octets = buf_slice(&h->scratch);
	EVP_DigestUpdate(h->context, octets.p, octets.n);
}

/* What stands behind the "=" of b= up to the ";" or the end; empty, at the end, when
 * there is no such tag. */
static slice find_signature_text(slice value)
{
	while (value.n) {
		slice tag = slice_head(value, slice_find_char(value, ';'));
		slice text = tag;
		slice name;

		value = slice_skip(value, tag.n + 1);
		if (take_until(&text, '=', &name) && slice_eq(slice_trim(name), S("b")))
			return text;
	}
	return value;
}

/* Appends the field without the text of b=; *ret lies in room. */
static void empty_signature(const struct signed_field *own, struct buf *room,
			    struct signed_field *ret)
{
	slice text = find_signature_text(own->value);
	size_t before = (size_t)(text.p - own->raw.p);
	size_t value_at = (size_t)(own->value.p - own->raw.p);

	buf_add(room, slice_head(own->raw, before));
	buf_add(room, slice_skip(own->raw, before + text.n));
	*ret = (struct signed_field){ .raw = buf_slice(room),
				      .name = own->name,
				      .value = slice_skip(buf_slice(room), value_at) };
}

void field_hash_finish(struct field_hash *h, const struct signed_field *own,
		       uint8_t digest[static SHA256_OCTETS])
{
	struct signed_field emptied;
	struct buf room;
	slice octets;

	buf_init(&room, own->raw.n);
	empty_signature(own, &room, &emptied);
	buf_reset(&h->scratch);
	canon_field(h->canon, &emptied, &h->scratch);
	octets = buf_slice(&h->scratch);
	EVP_DigestUpdate(h->context, octets.p, octets.n - 2);
	EVP_DigestFinal_ex(h->context, digest, NULL);
	buf_done(&room);
}

/* The last field of that name which is not used yet; -1 when there is none. */
static int64_t select_field(const struct header_list *list, const bool *used, slice name)
{
	for (uint32_t i = list->count; i-- > 0;)
		if (!used[i] && slice_eq_nocase(list->fields[i].name, name)) return i;
	return -1;
}

/* A name that selects nothing adds nothing (RFC 6376 5.4.2). */
void field_hash_of(enum canon canon, slice names, const struct header_list *list,
		   const struct signed_field *own, uint8_t digest[static SHA256_OCTETS])
{
	bool used[HEADER_FIELDS_MAX] = { false };
	struct field_hash h;
	slice name;

	field_hash_init(&h, canon);
	for (uint32_t i = 0; i < list->count; i++)
		used[i] = &list->fields[i] == own;
	while (take_tag_item(&names, &name)) {
		int64_t at = select_field(list, used, name);

		if (at < 0) continue;
		used[at] = true;
		field_hash_add(&h, &list->fields[at]);
	}
	field_hash_finish(&h, own, digest);
	field_hash_done(&h);
}
