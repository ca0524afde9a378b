#include "base/list.h"

#include "base/test.h"

struct item {
	int value;
	struct list_link link;
};

TEST(list_keeps_order)
{
	struct item items[4] = {
		{ .value = 0 }, { .value = 1 }, { .value = 2 }, { .value = 3 }
	};
	struct list_link head;
	int expected = 0;

	list_init(&head);
	CHECK(list_empty(&head));
	CHECK(!list_take_first(&head));
	for (size_t i = 1; i < countof(items); i++)
		list_add_last(&head, &items[i].link);
	list_add_first(&head, &items[0].link);
	LIST_EACH (&head, link) {
		CHECK_INT(LIST_ENTRY(link, struct item, link)->value, expected++);
		if (expected == 2) list_remove(link);
	}
	CHECK_INT(expected, 4);
	list_remove(&items[1].link); /* again: in no list, so nothing happens */
	CHECK(list_take_first(&head) == &items[0].link);
	CHECK(list_take_first(&head) == &items[2].link);
	CHECK(list_take_first(&head) == &items[3].link);
	CHECK(list_empty(&head));
}
