#include "base/dns_answer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The type's two octets, then the name in lower case. */
slice dns_question_key(struct dns_question q, char room[static DNS_KEY_MAX])
{
	size_t n = q.name.n < DNS_NAME_MAX ? q.name.n : DNS_NAME_MAX;

	room[0] = (char)(q.type >> 8);
	room[1] = (char)q.type;
	for (size_t i = 0; i < n; i++)
		room[2 + i] = lower_ascii(q.name.p[i]);
	return (slice){ room, 2 + n };
}

size_t dns_answer_octets(const struct dns_answer *a)
{
	size_t n = sizeof(*a) + a->count * sizeof(a->records[0]) + a->canonical.n;

	for (uint32_t i = 0; i < a->count; i++)
		n += a->records[i].data.n;
	return n;
}

/* Copies s to *to, moves *to behind the copy. */
static slice put(char **to, slice s)
{
	slice copy = { *to, s.n };

	if (s.n) memcpy(*to, s.p, s.n);
	*to += s.n;
	return copy;
}

struct dns_answer *dns_answer_clone(const struct dns_answer *a)
{
	struct dns_answer *copy = malloc(dns_answer_octets(a));
	struct dns_record *records;
	char *text;

	assert(copy); /* an answer is bounded */
	records = (struct dns_record *)(copy + 1);
	text = (char *)(records + a->count);
	*copy = *a;
	copy->records = records;
	for (uint32_t i = 0; i < a->count; i++) {
		records[i] = a->records[i];
		records[i].data = put(&text, a->records[i].data);
	}
	copy->canonical = put(&text, a->canonical);
	return copy;
}

void dns_answers_init(struct dns_answers *a)
{
	arena_init(&a->arena, DNS_ANSWERS_MAX);
	map_init(&a->by_question, MAP_COPIES_KEYS);
}

void dns_answers_done(struct dns_answers *a)
{
	map_done(&a->by_question);
	arena_done(&a->arena);
}

const struct dns_answer *dns_answers_find(const struct dns_answers *a,
					  struct dns_question q)
{
	char room[DNS_KEY_MAX];

	return map_find(&a->by_question, dns_question_key(q, room));
}

static bool copy_records(struct arena *arena, const struct dns_answer *from,
			 struct dns_answer *to)
{
	uint32_t count = from->count < DNS_RECORDS_MAX ? from->count : DNS_RECORDS_MAX;
	struct dns_record *records = arena_alloc_array(arena, count, sizeof(*records));

	if (!records) return false;
	for (uint32_t i = 0; i < count; i++) {
		records[i] = from->records[i];
		if (!arena_copy(arena, from->records[i].data, &records[i].data))
			return false;
	}
	to->records = records;
	to->count = count;
	to->truncated |= count < from->count;
	return true;
}

bool dns_answers_add(struct dns_answers *a, struct dns_question q,
		     const struct dns_answer *answer)
{
	struct dns_answer *kept = arena_alloc(&a->arena, sizeof(*kept));
	char room[DNS_KEY_MAX];

	if (!kept) return false;
	*kept = *answer;
	if (!copy_records(&a->arena, answer, kept) ||
	    !arena_copy(&a->arena, answer->canonical, &kept->canonical))
		return false;
	map_put(&a->by_question, dns_question_key(q, room), kept);
	return true;
}
