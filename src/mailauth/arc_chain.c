#include "mailauth/arc_chain.h"

#include "mailauth/tag_list.h"
#include "message/header_text.h"

/* instance [CFWS] ";" at the start of ARC-Authentication-Results (RFC 8617 4.1.1). */
static bool take_instance(slice *in, uint32_t *ret)
{
	slice head, number;

	skip_cfws(in);
	if (!take_until(in, ';', &head) || !take_char(&head, 'i')) return false;
	skip_cfws(&head);
	if (!take_char(&head, '=')) return false;
	skip_cfws(&head);
	number = head;
	while (head.n && is_digit(head.p[0]))
		head = slice_skip(head, 1);
	number.n -= head.n;
	skip_cfws(&head);
	return head.n == 0 && arc_instance_parse(number, ret);
}

static bool read_results(const struct signed_field *field, uint32_t *ret, slice *payload)
{
	*payload = field->value;
	return take_instance(payload, ret);
}

static bool read_tag_instance(const struct signed_field *field, uint32_t *ret)
{
	struct tag_list tags;

	return field->value.n <= SIGNATURE_MAX && tag_list_parse(field->value, &tags) &&
	       arc_instance_parse(tag_list_find(&tags, S("i")), ret);
}

/* Where in its set the field goes; NULL when it is none of ARC's. */
static const struct signed_field **place_of(struct arc_set *set, slice name)
{
	if (slice_eq_nocase(name, S("ARC-Authentication-Results"))) return &set->results;
	if (slice_eq_nocase(name, S("ARC-Message-Signature"))) return &set->message;
	if (slice_eq_nocase(name, S("ARC-Seal"))) return &set->seal;
	return NULL;
}

static void collect_field(const struct signed_field *field, struct arc_chain *chain)
{
	struct arc_set probe = { 0 };
	const struct signed_field **kind = place_of(&probe, field->name);
	slice payload = { 0 };
	struct arc_set *set;
	uint32_t i;

	if (!kind) return;
	chain->present = true;
	if (kind == &probe.results ? !read_results(field, &i, &payload)
				   : !read_tag_instance(field, &i)) {
		chain->fault = "an instance is malformed";
		return;
	}
	if (i > chain->count) chain->count = i;
	set = &chain->sets[i - 1];
	if (*place_of(set, field->name)) chain->fault = "a field occurs twice";
	*place_of(set, field->name) = field;
	if (payload.p) set->payload = payload;
}

static slice chain_status(const struct signed_field *seal, struct tag_list *room)
{
	if (!seal || !tag_list_parse(seal->value, room)) return (slice){ 0 };
	return tag_list_find(room, S("cv"));
}

/* RFC 8617 5.2 step 3. */
static const char *check_sets(const struct arc_chain *chain)
{
	for (uint32_t i = 0; i < chain->count; i++) {
		const struct arc_set *set = &chain->sets[i];
		slice want = i == 0 ? S("none") : S("pass");
		struct tag_list room;

		if (!set->results || !set->message || !set->seal)
			return "a set is incomplete";
		if (!slice_eq_nocase(chain_status(set->seal, &room), want))
			return "a seal has the wrong cv=";
	}
	return NULL;
}

void arc_chain_collect(const struct header_list *list, struct arc_chain *ret)
{
	struct tag_list room;

	*ret = (struct arc_chain){ .count = 0 };
	for (uint32_t i = 0; i < list->count; i++)
		collect_field(&list->fields[i], ret);
	if (ret->count)
		ret->closed = slice_eq_nocase(
			chain_status(ret->sets[ret->count - 1].seal, &room), S("fail"));
	if (ret->closed) ret->fault = "the chain came broken";
	if (!ret->fault) ret->fault = check_sets(ret);
}

void arc_chain_hash(const struct arc_set *first, const struct arc_set *last,
		    const struct signed_field *own, uint8_t digest[static SHA256_OCTETS])
{
	struct field_hash h;

	field_hash_init(&h, CANON_RELAXED);
	for (const struct arc_set *set = first; set <= last; set++) {
		field_hash_add(&h, set->results);
		field_hash_add(&h, set->message);
		if (set < last) field_hash_add(&h, set->seal);
	}
	field_hash_finish(&h, own, digest);
	field_hash_done(&h);
}
