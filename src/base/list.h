/*
 * list.h - a doubly linked list whose links lie in its elements
 *
 * An element embeds a struct list_link and is in at most one list by it. A
 * list head is a link too: an empty list points to itself, and a link that is
 * in no list points to itself as well, so list_remove is always allowed. The
 * list owns nothing.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct list_link {
	struct list_link *next, *prev;
};

/* The struct that holds link as its member. */
#define LIST_ENTRY(link, type, member)                                                   \
	((type *)(void *)((char *)(link)-offsetof(type, member)))

/* NOLINTBEGIN(bugprone-macro-parentheses): link is a name to be declared */
/* Walks over a list; the body may remove and free the element at hand. */
#define LIST_EACH(head, link)                                                            \
	for (struct list_link *link = (head)->next, *link##_next = link->next;           \
	     link != (head); link = link##_next, link##_next = link->next)
/* NOLINTEND(bugprone-macro-parentheses) */

static inline void list_init(struct list_link *l)
{
	l->next = l->prev = l;
}

static inline bool list_empty(const struct list_link *head)
{
	return head->next == head;
}

static inline void list_add_after(struct list_link *place, struct list_link *l)
{
	l->prev = place;
	l->next = place->next;
	place->next->prev = l;
	place->next = l;
}

static inline void list_add_first(struct list_link *head, struct list_link *l)
{
	list_add_after(head, l);
}

static inline void list_add_last(struct list_link *head, struct list_link *l)
{
	list_add_after(head->prev, l);
}

static inline void list_remove(struct list_link *l)
{
	l->prev->next = l->next;
	l->next->prev = l->prev;
	list_init(l);
}

/* Removes and returns the first link; NULL when the list is empty. */
static inline struct list_link *list_take_first(struct list_link *head)
{
	struct list_link *first = head->next;

	if (first == head) return NULL;
	list_remove(first);
	return first;
}
