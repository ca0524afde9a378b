/*
 * html_entity.h - the named characters of HTML 4.01
 */
#pragma once

#include "base/slice.h"

/* The code point that name, without "&" and ";", stands for; 0 when unknown. */
uint32_t html_entity_named(slice name);
