#include "store/search_fields.h"

#include <assert.h>
#include <stdlib.h>

#include "message/text.h"
#include "store/search_header.h"
#include "store/search_text.h"

enum { FOLDED_MAX = 64 << 20 }; /* more than a header section can become */

void field_values_done(struct field_values *v)
{
	free(v->values);
	buf_done(&v->folded);
	*v = (struct field_values){ 0 };
}

void field_values_add(struct field_values *v, slice name, slice utf8)
{
	size_t at;

	if (v->count == v->capacity) {
		v->capacity = v->capacity ? 2 * v->capacity : 32;
		v->values = reallocarray(v->values, v->capacity, sizeof(*v->values));
		assert(v->values); /* fields of one section */
	}
	if (!v->folded.max) buf_init(&v->folded, FOLDED_MAX);
	at = v->folded.n;
	text_fold(utf8, &v->folded);
	v->values[v->count++] = (struct field_value){ name, at, v->folded.n - at };
}

static void take_field(void *context, slice name, slice utf8)
{
	field_values_add(context, name, utf8);
}

void field_values_read(struct field_values *v, slice section)
{
	if (!v->is_read) header_section_values(section, take_field, v);
	v->is_read = true;
}

bool field_values_next(const struct field_values *v, slice name, uint32_t *at, slice *ret)
{
	while (*at < v->count) {
		const struct field_value *f = &v->values[(*at)++];

		if (!slice_eq_nocase(f->name, name)) continue;
		*ret = slice_head(slice_skip(buf_slice(&v->folded), f->at), f->n);
		return true;
	}
	return false;
}

bool field_values_have(const struct field_values *v, slice name, slice needle)
{
	uint32_t at = 0;
	slice value;

	while (field_values_next(v, name, &at, &value))
		if (!needle.n || slice_find(value, needle) < value.n) return true;
	return false;
}
