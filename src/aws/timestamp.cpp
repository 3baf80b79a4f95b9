#include "aws/timestamp.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace ecr_version::aws {
namespace {

using namespace std::chrono;  // NOLINT: a file about time

// Reads fixed-width fields off the front of a text.
class Fields {
 public:
  explicit Fields(std::string_view text) : rest_(text) {}

  int number(std::size_t width) {
    int value = 0;
    const std::string_view digits = rest_.substr(0, width);
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value);
    ok_ = ok_ && digits.size() == width && failure == std::errc{} &&
          end == digits.data() + width && digits.front() != '-';
    rest_.remove_prefix(digits.size());
    return value;
  }
  void literal(std::string_view text) {
    ok_ = ok_ && rest_.starts_with(text);
    rest_.remove_prefix(std::min(text.size(), rest_.size()));
  }
  bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }
  std::string_view word(std::size_t width) {
    const std::string_view text = rest_.substr(0, width);
    rest_.remove_prefix(text.size());
    return text;
  }
  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

struct Civil {
  int year, month, day, hour, minute, second;
};

std::optional<Time> instant(const Civil& c) {
  const year_month_day date{year{c.year}, month{static_cast<unsigned>(c.month)},
                            day{static_cast<unsigned>(c.day)}};
  // 60 is a leap second.
  if (!date.ok() || c.hour > 23 || c.minute > 59 || c.second > 60)
    return std::nullopt;
  return Time{sys_days{date} + hours{c.hour} + minutes{c.minute} +
              seconds{c.second}};
}

Civil civil(Time when) {
  const auto day_start = floor<days>(when);
  const year_month_day date{day_start};
  const hh_mm_ss clock{floor<seconds>(when - day_start)};
  return {int{date.year()},
          static_cast<int>(unsigned{date.month()}),
          static_cast<int>(unsigned{date.day()}),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count())};
}

}  // namespace

std::string amz_date(Time when) {
  const Civil c = civil(when);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", c.year, c.month, c.day,
                     c.hour, c.minute, c.second);
}

std::string iso_time(Time when) {
  const Civil c = civil(when);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", c.year, c.month,
                     c.day, c.hour, c.minute, c.second);
}

std::optional<Time> parse_iso_time(std::string_view text) {
  Fields fields(text);
  Civil c{};
  c.year = fields.number(4);
  fields.literal("-");
  c.month = fields.number(2);
  fields.literal("-");
  c.day = fields.number(2);
  if (fields.next_is('t') || fields.next_is(' '))
    fields.word(1);
  else
    fields.literal("T");
  c.hour = fields.number(2);
  fields.literal(":");
  c.minute = fields.number(2);
  fields.literal(":");
  c.second = fields.number(2);
  int fraction = 0;
  if (fields.ok() && fields.next_is('.')) {
    fields.word(1);
    for (int scale = 100; fields.ok() && !fields.at_end(); scale /= 10) {
      if (fields.next_is('Z') || fields.next_is('z') || fields.next_is('+') ||
          fields.next_is('-'))
        break;
      fraction += fields.number(1) * scale;
    }
  }
  minutes offset{0};
  if (fields.next_is('+') || fields.next_is('-')) {
    const int sign = fields.word(1) == "-" ? -1 : 1;
    const int hour = fields.number(2);
    fields.literal(":");
    offset = minutes{sign * (hour * 60 + fields.number(2))};
  } else if (fields.next_is('z')) {
    fields.word(1);
  } else {
    fields.literal("Z");
  }
  if (!fields.at_end()) return std::nullopt;
  const auto when = instant(c);
  if (!when) return std::nullopt;
  return *when + milliseconds{fraction} - offset;
}

std::optional<Time> unix_time(double seconds) {
  constexpr double far = 1e12;
  if (std::abs(seconds) > far) return std::nullopt;
  return Time(milliseconds(std::llround(seconds * 1000)));
}

std::optional<Time> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr",
                                                   "May", "Jun", "Jul", "Aug",
                                                   "Sep", "Oct", "Nov", "Dec"};
  Fields fields(text);
  fields.word(3);
  fields.literal(", ");
  Civil c{};
  c.day = fields.number(2);
  fields.literal(" ");
  const auto* const name =
      std::find(names.begin(), names.end(), fields.word(3));
  if (name == names.end()) return std::nullopt;
  c.month = static_cast<int>(name - names.begin()) + 1;
  fields.literal(" ");
  c.year = fields.number(4);
  fields.literal(" ");
  c.hour = fields.number(2);
  fields.literal(":");
  c.minute = fields.number(2);
  fields.literal(":");
  c.second = fields.number(2);
  fields.literal(" GMT");
  if (!fields.at_end()) return std::nullopt;
  return instant(c);
}

}  // namespace ecr_version::aws
