#ifndef TESSERA_PNG_H
#define TESSERA_PNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// How many different warnings of one file are kept.
#define TESSERA_PNG_WARNINGS 8
/// The longest message kept, its final zero included.
#define TESSERA_PNG_MESSAGE 128

/// What decoding had to say. Messages end with a zero.
typedef struct {
    char error[TESSERA_PNG_MESSAGE];
    char warnings[TESSERA_PNG_WARNINGS][TESSERA_PNG_MESSAGE];
    int warning_count;
} tessera_png_report;

/// The message of one warning, `index` below `warning_count`.
const char *tessera_png_warning(const tessera_png_report *report, int index);

/// Decodes a whole PNG file in memory to `height` rows of `width` RGB triples of 8 bits.
///
/// Alpha and tRNS are dropped, gray and palette expanded, 16 bits keep their high byte; gAMA, sRGB and iCCP change
/// nothing.
/// `pixels` holds `width * height * 3` bytes, where `width` and `height` are what the caller read from the header;
/// a file that tells libpng something else is refused. Returns false and fills `report->error` on failure.
bool tessera_png_decode(const uint8_t *bytes, size_t length, uint32_t width, uint32_t height, uint8_t *pixels,
                        tessera_png_report *report);

/// A file's bytes in memory.
typedef struct {
    uint8_t *bytes;
    size_t length;
    size_t room;
} tessera_png_file;

/// Encodes `height` rows of `width` gray levels of 8 or 16 bits. `file` is empty before, and released by the caller whatever comes.
/// Returns false where memory is short.
bool tessera_png_encode_gray(const uint16_t *levels, uint32_t width, uint32_t height, int bits, tessera_png_file *file);

/// Gives the memory of a file back.
void tessera_png_release(tessera_png_file *file);

/// The checksum of a chunk's type and data.
uint32_t tessera_png_checksum(const uint8_t *bytes, size_t length);

/// Unpacks what zlib packed into at most `room` bytes, and says how many they are. Returns false where it is damaged, cut or
/// longer.
bool tessera_png_inflate(const uint8_t *bytes, size_t length, uint8_t *target, size_t room, size_t *count);

#endif
