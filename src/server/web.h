/*
 * web.h - the web page: mail for people, in a browser, by JMAP
 *
 * The files of web/ are part of the program. They have no secrets, so no log-in stands
 * before them; what the page shows it asks for by JMAP like any other client.
 */
#pragma once

#include <stdbool.h>

struct resource_ops;
struct visit;

/* The page itself; a file of it, by its name behind the folder's path. */
extern const struct resource_ops web_page_ops, web_file_ops;

/* What the page must know of the server before anybody logs in. */
bool page_about(struct visit *v);
