/*
 * version.h - what this program calls itself
 */
#pragma once

#ifndef POSTROOM_VERSION /* the build defines it */
#define POSTROOM_VERSION "unknown"
#endif
