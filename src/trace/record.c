#include "trace/record.h"

#include "base/siphash.h"
#include "base/varint.h"

void record_key_add(struct record_keys *k, char kind, slice text)
{
	char *to;
	size_t n = text.n < RECORD_KEY_MAX - 1 ? text.n : RECORD_KEY_MAX - 1;

	if (text.n == 0 || k->count == RECORD_KEYS_MAX) return;
	to = k->text[k->count];
	to[0] = kind;
	for (size_t i = 0; i < n; i++)
		to[i + 1] = lower_ascii(text.p[i]);
	k->size[k->count++] = n + 1;
}

slice record_key(const struct record_keys *k, uint32_t at)
{
	return (slice){ k->text[at], k->size[at] };
}

/* Stored: the numbers must be the same for ever. */
uint64_t record_key_hash(slice key)
{
	static const struct siphash_key fixed = { 0x706f7374726f6f6d,
						  0x7472616365206462 };

	return siphash(&fixed, key);
}

bool record_write(struct buf *out, int64_t at_ms, const struct record_keys *keys,
		  slice json)
{
	size_t before = out->n;
	bool good =
		buf_add_varint(out, (uint64_t)at_ms) && buf_add_varint(out, keys->count);

	for (uint32_t i = 0; i < keys->count && good; i++)
		good = buf_add_varint(out, keys->size[i]) &&
		       buf_add(out, record_key(keys, i));
	good = good && buf_add_varint(out, json.n) && buf_add(out, json);
	if (!good) buf_truncate(out, before);
	return good;
}

static bool take_octets(slice *in, slice *ret)
{
	uint64_t n;

	if (!take_varint(in, &n) || n > in->n) return false;
	*ret = slice_head(*in, (size_t)n);
	*in = slice_skip(*in, (size_t)n);
	return true;
}

bool take_record(slice *in, struct record *ret)
{
	struct record got = { 0 };
	slice s = *in;
	uint64_t at, count;

	if (!take_varint(&s, &at) || at > INT64_MAX || !take_varint(&s, &count) ||
	    count > RECORD_KEYS_MAX)
		return false;
	got.at_ms = (int64_t)at;
	for (; got.key_count < count; got.key_count++)
		if (!take_octets(&s, &got.keys[got.key_count])) return false;
	if (!take_octets(&s, &got.json)) return false;
	*in = s;
	*ret = got;
	return true;
}
