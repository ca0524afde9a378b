/*
 * filter_parser.h - what email_filter.c and filter_condition.c share
 */
#pragma once

#include "jmap/email_filter.h"

struct filter_parser {
	struct email_filter *filter;
	struct arena *arena;
	int64_t account;
	struct query_fault *fault;
};

/* A new child of parent; NULL, with a fault, when there are too many. */
struct filter_node *filter_add_node(struct filter_parser *p, struct filter_node *parent,
				    enum filter_kind kind);
/* Both give false. */
bool filter_refuse_type(struct filter_parser *p, const char *property);
bool filter_refuse_size(struct filter_parser *p);
/* What a property of a FilterCondition asks becomes a child of parent. */
bool filter_add_property(struct filter_parser *p, const char *name, const json_t *value,
			 struct filter_node *parent);
