#include "jmap/pointer.h"

#include "base/buf.h"

enum { TOKEN_MAX = 4096 }; /* octets */

static bool take_token_char(slice *in, char *ret)
{
	*ret = *in->p;
	*in = slice_skip(*in, 1);
	if (*ret != '~') return true;
	*ret = '/';
	if (take_char(in, '1')) return true;
	*ret = '~';
	return take_char(in, '0');
}

bool take_pointer_token(slice *path, struct buf *out)
{
	slice in = *path;
	char c;

	buf_reset(out);
	if (!take_char(&in, '/')) return false;
	while (in.n && *in.p != '/')
		if (!take_token_char(&in, &c) || !buf_add_char(out, c)) return false;
	*path = in;
	return true;
}

/* array-index = "0" / digit without zero, digits (RFC 6901 4) */
static json_t *item(const json_t *array, slice token)
{
	slice in = token;
	uint32_t index;

	if (token.n > 1 && *token.p == '0') return NULL;
	if (!take_u32(&in, &index) || in.n) return NULL;
	return json_array_get(array, index);
}

static json_t *child(const json_t *value, slice token)
{
	if (json_is_array(value)) return item(value, token);
	return json_object_getn(value, token.p, token.n);
}

/* What was found for one item; an array's items are taken out of it. */
static void gather(json_t *all, json_t *found)
{
	if (json_is_array(found))
		json_array_extend(all, found);
	else
		json_array_append(all, found);
	json_decref(found);
}

static json_t *follow_each(const json_t *array, slice path, size_t *budget)
{
	json_t *all = json_array(), *value, *found;
	size_t i;

	json_array_foreach(array, i, value)
	{
		found = pointer_follow(value, path, budget);
		if (!found) {
			json_decref(all);
			return NULL;
		}
		gather(all, found);
	}
	return all;
}

/* An array's items are counted, for they may be copied. */
static bool spend(const json_t *value, size_t *budget)
{
	size_t price = 1 + json_array_size(value);

	if (price > *budget) return false;
	*budget -= price;
	return true;
}

json_t *pointer_follow(json_t *value, slice path, size_t *budget)
{
	struct buf token;
	json_t *found = value;
	bool is_each = false;

	buf_init(&token, TOKEN_MAX);
	while (found && path.n && !is_each) {
		if (!spend(found, budget) || !take_pointer_token(&path, &token))
			found = NULL;
		else if (json_is_array(found) && slice_eq(buf_slice(&token), S("*")))
			is_each = true;
		else
			found = child(found, buf_slice(&token));
	}
	buf_done(&token);
	if (is_each) return follow_each(found, path, budget);
	return found && spend(found, budget) ? json_incref(found) : NULL;
}
