/* Any message gives an answer that keeps all promises of base/dns_answer.h and fits a
 * frame. The first octet picks the type. */
#include <stdlib.h>

#include "base/cleanup.h"
#include "dns/frame.h"
#include "dns/wire.h"

static const enum dns_type types[] = { DNS_A,  DNS_NS,  DNS_CNAME, DNS_SOA, DNS_PTR,
				       DNS_MX, DNS_TXT, DNS_AAAA,  DNS_TLSA };

static void check(bool holds)
{
	if (!holds) abort();
}

static void check_name(slice text)
{
	struct wire_name w;
	char room[DNS_NAME_MAX];
	slice back;

	check(text.n <= DNS_NAME_MAX && name_to_wire(text, &w));
	check(wire_name_text(&w, room, &back) && slice_eq(back, text));
}

static void check_record(enum dns_type type, slice data)
{
	switch (type) {
	case DNS_A:
		check(data.n == 4);
		break;
	case DNS_AAAA:
		check(data.n == 16);
		break;
	case DNS_TLSA:
		check(data.n > 3);
		break;
	case DNS_TXT:
		check(data.n <= WIRE_MESSAGE_MAX);
		break;
	default:
		check_name(data);
	}
}

static void check_frame(const struct dns_answer *a)
{
	CLEANUP(buf_done) struct buf b = { .max = FRAME_MAX };
	CLEANUP(arena_done) struct arena arena;
	struct frame f;
	slice in;

	arena_init(&arena, 2 * DNS_RECORDS_MAX * sizeof(struct dns_record));
	check(frame_add_answer(&b, 1, a));
	in = buf_slice(&b);
	check(frame_take(&in, &arena, &f) == TAKEN && in.n == 0);
	check(f.answer.status == a->status && f.answer.count == a->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	CLEANUP(arena_done) struct arena arena = { .max = WIRE_ARENA_MAX };
	enum dns_type type = n ? types[data[0] % countof(types)] : DNS_A;
	slice message = { (const char *)data + (n > 0), n - (n > 0) };
	struct dns_answer a;

	if (message.n > WIRE_MESSAGE_MAX) return 0;
	a = wire_read_answer(message, type, &arena);
	check((a.status == DNS_FOUND) == (a.count > 0) && a.count <= DNS_RECORDS_MAX);
	for (uint32_t i = 0; i < a.count; i++)
		check_record(type, a.records[i].data);
	check_name(a.canonical);
	check_frame(&a);
	return 0;
}
