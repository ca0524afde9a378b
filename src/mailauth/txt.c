#include "mailauth/txt.h"

bool txt_find_only(const struct dns_answer *txt, slice prefix, slice *ret)
{
	slice found = { 0 };
	uint32_t count = 0;

	for (uint32_t i = 0; i < txt->count; i++) {
		if (!slice_starts(txt->records[i].data, prefix)) continue;
		found = txt->records[i].data;
		count++;
	}
	if (count != 1) return false;
	*ret = found;
	return true;
}

bool txt_find_field(slice record, slice name, slice *ret)
{
	slice found = { 0 };

	while (record.n) {
		slice field = record, key;

		if (!take_until(&record, ';', &field)) record.n = 0;
		field = slice_trim(field);
		if (field.n == 0) continue;
		if (!take_until(&field, '=', &key) || key.n == 0) return false;
		if (found.p == NULL && slice_eq(key, name)) found = field;
	}
	if (found.p == NULL) return false;
	*ret = found;
	return true;
}
