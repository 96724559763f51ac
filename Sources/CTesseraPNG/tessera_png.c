#include "tessera_png.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/// Where libpng stands in the file.
typedef struct {
    const uint8_t *bytes;
    size_t length;
    size_t position;
} source;

/// The most memory that libpng may take at once. Rows need far less; the chunks that could ask for more, colour
/// profiles and what other versions of libpng keep, are not worth it, whatever length they claim.
static const png_alloc_size_t memory_limit = 2u << 20;

/// Chunks that do not change pixels and that libpng would take memory for, whatever their length claims.
static const png_byte ignored_chunks[] = "tEXt\0zTXt\0iTXt\0sPLT\0eXIf\0hIST\0pCAL\0sCAL";

const char *tessera_png_warning(const tessera_png_report *report, int index) { return report->warnings[index]; }

static void warn(tessera_png_report *report, const char *message) {
    for (int i = 0; i < report->warning_count; i++)
        if (strcmp(report->warnings[i], message) == 0) return;
    if (report->warning_count < TESSERA_PNG_WARNINGS)
        snprintf(report->warnings[report->warning_count++], TESSERA_PNG_MESSAGE, "%s", message);
}

static void on_warning(png_structp png, png_const_charp message) { warn(png_get_error_ptr(png), message); }

static void on_error(png_structp png, png_const_charp message) {
    tessera_png_report *report = png_get_error_ptr(png);
    snprintf(report->error, TESSERA_PNG_MESSAGE, "%s", message);
    png_longjmp(png, 1);
}

static png_voidp on_allocate(png_structp png, png_alloc_size_t count) {
    (void)png;
    return count <= memory_limit ? malloc(count) : NULL;
}

static void on_free(png_structp png, png_voidp memory) {
    (void)png;
    free(memory);
}

static void on_read(png_structp png, png_bytep target, size_t count) {
    source *from = png_get_io_ptr(png);
    if (count > from->length - from->position) png_error(png, "is cut short");
    memcpy(target, from->bytes + from->position, count);
    from->position += count;
}

/// Refuses what libpng would take memory for, and says how it reads.
static void configure(png_structp png, source *from) {
    png_set_read_fn(png, from, on_read);
    png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // the caller has checked the size against its own
    png_set_chunk_malloc_max(png, memory_limit);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, ignored_chunks, sizeof ignored_chunks / 5);
}

/// Asks for rows of 8-bit RGB, or of one index a byte where there is a palette.
static void request_rgb(png_structp png, png_infop info) {
    if (png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE) {
        png_set_packing(png);
    } else {
        png_set_expand_gray_1_2_4_to_8(png);
        png_set_strip_16(png);
        png_set_strip_alpha(png);
        png_set_gray_to_rgb(png);
    }
}

/// Replaces the indices at the start of each row by their colours, in place; black where the palette has none.
static void apply_palette(png_structp png, png_infop info, uint32_t width, uint32_t height, uint8_t *pixels,
                          tessera_png_report *report) {
    png_colorp palette = NULL;
    int colours = 0, beyond = 0;
    if (png_get_PLTE(png, info, &palette, &colours) == 0) png_error(png, "the palette is missing");
    png_color table[256] = {{0}};
    memcpy(table, palette, (size_t)colours * sizeof *table);
    for (uint32_t y = 0; y < height; y++) {
        uint8_t *row = pixels + (size_t)y * width * 3;
        for (uint32_t x = width; x-- > 0;) {  // backwards, so that no index is overwritten before it is read
            uint8_t index = row[x];
            beyond |= index >= colours;
            row[3 * (size_t)x] = table[index].red;
            row[3 * (size_t)x + 1] = table[index].green;
            row[3 * (size_t)x + 2] = table[index].blue;
        }
    }
    if (beyond) warn(report, "pixels outside the palette are black");
}

/// Whether an animation control chunk stands before the image data.
static bool is_animated(const uint8_t *bytes, size_t length) {
    for (size_t at = 8; at + 12 <= length;) {
        const uint8_t *chunk = bytes + at;
        if (memcmp(chunk + 4, "acTL", 4) == 0) return true;
        if (memcmp(chunk + 4, "IDAT", 4) == 0) return false;
        at += 12 + (size_t)png_get_uint_32(chunk);
    }
    return false;
}

bool tessera_png_decode(const uint8_t *bytes, size_t length, uint32_t width, uint32_t height, uint8_t *pixels,
                        tessera_png_report *report) {
    memset(report, 0, sizeof *report);
    source from = {bytes, length, 0};
    png_structp png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, report, on_error, on_warning, NULL, on_allocate,
                                               on_free);
    volatile png_infop info = png ? png_create_info_struct(png) : NULL;
    if (info == NULL) {
        snprintf(report->error, TESSERA_PNG_MESSAGE, "libpng cannot start");
        png_destroy_read_struct(&png, NULL, NULL);
        return false;
    }
    if (setjmp(png_jmpbuf(png))) {
        png_infop gone = info;
        png_destroy_read_struct(&png, &gone, NULL);
        return false;
    }
    configure(png, &from);
    png_read_info(png, info);
    if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height)
        png_error(png, "the size contradicts the header");
    bool has_palette = png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE;
    request_rgb(png, info);
    int passes = png_set_interlace_handling(png);
    png_read_update_info(png, info);
    if (png_get_rowbytes(png, info) != (size_t)width * (has_palette ? 1 : 3)) png_error(png, "unexpected row length");
    for (int pass = 0; pass < passes; pass++)
        for (uint32_t y = 0; y < height; y++) png_read_row(png, pixels + (size_t)y * width * 3, NULL);
    png_read_end(png, NULL);

    if (has_palette) apply_palette(png, info, width, height, pixels, report);
    if (is_animated(bytes, length)) warn(report, "only the first frame of the animation is used");
    if (from.position < length) warn(report, "bytes after the end of the image are ignored");
    png_infop gone = info;
    png_destroy_read_struct(&png, &gone, NULL);
    return true;
}

static void on_write(png_structp png, png_bytep bytes, size_t count) {
    tessera_png_file *file = png_get_io_ptr(png);
    if (count > file->room - file->length) {
        size_t room = 2 * file->room + count;
        uint8_t *more = realloc(file->bytes, room);
        if (more == NULL) png_error(png, "no memory");
        file->bytes = more;
        file->room = room;
    }
    memcpy(file->bytes + file->length, bytes, count);
    file->length += count;
}

static void on_flush(png_structp png) { (void)png; }

/// The levels as PNG has them: a byte each, or two with the higher one first.
static void pack_levels(const uint16_t *levels, uint32_t width, int bits, uint8_t *row) {
    for (uint32_t x = 0; x < width; x++) {
        if (bits == 16) *row++ = (uint8_t)(levels[x] >> 8);
        *row++ = (uint8_t)levels[x];
    }
}

bool tessera_png_encode_gray(const uint16_t *levels, uint32_t width, uint32_t height, int bits, tessera_png_file *file) {
    tessera_png_report report = {{0}};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &report, on_error, on_warning);
    volatile png_infop info = png ? png_create_info_struct(png) : NULL;
    uint8_t *row = malloc((size_t)width * (size_t)(bits / 8));
    volatile bool whole = false;
    if (info == NULL || row == NULL) {
        // There is no memory.
    } else if (setjmp(png_jmpbuf(png)) == 0) {
        png_set_write_fn(png, file, on_write, on_flush);
        png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
        png_set_IHDR(png, info, width, height, bits, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                     PNG_FILTER_TYPE_DEFAULT);
        png_write_info(png, info);
        for (uint32_t y = 0; y < height; y++) {
            pack_levels(levels + (size_t)y * width, width, bits, row);
            png_write_row(png, row);
        }
        png_write_end(png, NULL);
        whole = true;
    }
    png_infop gone = info;
    png_destroy_write_struct(&png, &gone);
    free(row);
    return whole;
}

void tessera_png_release(tessera_png_file *file) {
    free(file->bytes);
    *file = (tessera_png_file){NULL, 0, 0};
}

uint32_t tessera_png_checksum(const uint8_t *bytes, size_t length) { return (uint32_t)crc32(0, bytes, (uInt)length); }

bool tessera_png_inflate(const uint8_t *bytes, size_t length, uint8_t *target, size_t room, size_t *count) {
    uLongf written = (uLongf)room;
    bool whole = uncompress(target, &written, bytes, (uLong)length) == Z_OK;
    *count = whole ? (size_t)written : 0;
    return whole;
}
