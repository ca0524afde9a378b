/*
 * admin_report.h - a report for people, for admin_report.c and admin_report_print.c only
 */
#pragma once

#include "base/buf.h"

/* Of the JSON that is kept of it (report/received.h). */
void report_print(slice json, struct buf *out);
