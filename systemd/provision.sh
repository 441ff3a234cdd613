#!/bin/sh
# Installs this tree on a Debian 12 machine of a centre or of the city. Run as root, as often as you like; your files in
# /etc/kiosk stay.
#
#   systemd/provision.sh hub touch     one machine that is both: the usual kiosk of a small centre
#   systemd/provision.sh touch         a further kiosk
#   systemd/provision.sh hall          a television in the waiting area
#   systemd/provision.sh central       the city's server
set -eu
cd "$(dirname "$0")/.."

[ "$(id -u)" -eq 0 ] || { echo "provision: run it as root: sudo systemd/provision.sh $*" >&2; exit 3; }
[ $# -gt 0 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2; }
for role in "$@"; do
    case $role in hub | touch | hall | central) ;; *) echo "provision: unknown role $role; expected hub, touch, hall or central" >&2; exit 2 ;; esac
done

say() { printf 'provision: %s\n' "$*"; }
has_role() { case " $roles " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }
roles="$*"

packages="python3.11 python3.11-venv"
has_role touch && packages="$packages xserver-xorg xauth libgl1 libegl1 libgl1-mesa-dri libmtdev1 libzbar0"
has_role hall && packages="$packages xserver-xorg xauth chromium"
has_role central && packages="$packages postgresql-client" # pg_dump; the database itself may be SQLite or elsewhere
say "system packages: $packages"
apt-get update -q
# shellcheck disable=SC2086  # package names, one word each
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $packages
# ModemManager prints its questions on the printer, brltty takes CH340 adapters for Braille displays.
apt-get purge -q -y modemmanager brltty || true

say "users"
getent group kiosk-screen >/dev/null || groupadd --system kiosk-screen
for role in $roles; do
    getent passwd "kiosk-$role" >/dev/null ||
        useradd --system --user-group --no-create-home --shell /usr/sbin/nologin "kiosk-$role"
done
# The group that Debian's rules give USB scanners to; made by the SANE packages.
if has_role touch && getent group scanner >/dev/null; then usermod -a -G scanner kiosk-touch; fi

say "program in /opt/kiosk"
install -d -m 0755 /opt/kiosk /opt/kiosk/app.new
cp -r pyproject.toml README.md kiosk hardware assets .setup /opt/kiosk/app.new/
rm -rf /opt/kiosk/app.old
[ ! -d /opt/kiosk/app ] || mv /opt/kiosk/app /opt/kiosk/app.old
mv /opt/kiosk/app.new /opt/kiosk/app
[ -x /opt/kiosk/venv/bin/python ] || python3.11 -m venv /opt/kiosk/venv
/opt/kiosk/venv/bin/python -m pip install --quiet --require-hashes -r /opt/kiosk/app/.setup/runtime.lock
/opt/kiosk/venv/bin/python -m pip install --quiet --no-deps --no-build-isolation -e /opt/kiosk/app
/opt/kiosk/venv/bin/python -m compileall -q /opt/kiosk/app/kiosk /opt/kiosk/app/hardware

say "configuration in /etc/kiosk (kept where it exists)"
install -d -m 0755 /etc/kiosk
example() { [ -e "/etc/kiosk/$2" ] || install -m "$3" -g "$4" "$1" "/etc/kiosk/$2"; }
if has_role hub; then
    sed 's|^data = .*|data = "/var/lib/kiosk"|; s|"devices/|"/dev/kiosk/|' assets/demo/hub.toml > /etc/kiosk/hub.toml.example
    example /etc/kiosk/hub.toml.example hub.toml 0640 kiosk-hub
fi
if has_role touch; then
    sed 's|"devices/|"/dev/kiosk/|; s|^fullscreen = false|fullscreen = true|; s|^data = .*|data = "/var/lib/kiosk-touch"|' assets/demo/touch.toml > /etc/kiosk/touch.toml.example
    example /etc/kiosk/touch.toml.example touch.toml 0640 kiosk-touch
fi
if has_role central; then
    sed 's|^database = .*|database = "sqlite:////var/lib/kiosk-central/central.db"|' assets/demo/central.toml > /etc/kiosk/central.toml.example
    example /etc/kiosk/central.toml.example central.toml 0640 kiosk-central
fi
if has_role hall && [ ! -e /etc/kiosk/hall.env ]; then
    echo 'HALL_URL=http://127.0.0.1:8080/hall?token=ask-the-hub' > /etc/kiosk/hall.env
    chmod 0640 /etc/kiosk/hall.env && chgrp kiosk-hall /etc/kiosk/hall.env
fi

say "units, device names, lock-down"
install -m 0644 systemd/kiosk.target /etc/systemd/system/
install -m 0644 systemd/60-kiosk.rules /etc/udev/rules.d/
for role in $roles; do
    install -m 0644 "systemd/kiosk-$role.service" /etc/systemd/system/
done
if has_role central; then
    install -m 0644 systemd/kiosk-central-backup.service systemd/kiosk-central-backup.timer /etc/systemd/system/
    # A further worker on the same PostgreSQL: systemctl enable --now kiosk-central@8091
    sed 's|central run|central run --port %i|' systemd/kiosk-central.service > /etc/systemd/system/kiosk-central@.service
fi
if has_role touch || has_role hall; then
    install -m 0644 systemd/kiosk-screen.service /etc/systemd/system/
    install -d -m 0755 /etc/X11/xorg.conf.d /etc/chromium/policies/managed /etc/systemd/logind.conf.d
    install -m 0644 systemd/xorg/10-kiosk.conf /etc/X11/xorg.conf.d/
    install -m 0644 systemd/chromium/kiosk.json /etc/chromium/policies/managed/
    printf '[Login]\nNAutoVTs=0\nReserveVT=0\nHandlePowerKey=ignore\n' > /etc/systemd/logind.conf.d/kiosk.conf
    printf 'kernel.sysrq = 0\nkernel.printk = 1 1 1 1\n' > /etc/sysctl.d/60-kiosk.conf
    sysctl -q -p /etc/sysctl.d/60-kiosk.conf || true
    systemctl mask --quiet getty@tty1.service ctrl-alt-del.target
fi
udevadm control --reload && udevadm trigger --subsystem-match=tty
systemctl daemon-reload
for role in $roles; do
    systemctl enable --quiet "kiosk-$role.service"
done
systemctl enable --quiet kiosk.target
if has_role touch || has_role hall; then systemctl enable --quiet kiosk-screen.service; fi
if has_role central; then systemctl enable --quiet --now kiosk-central-backup.timer; fi

say "done. Next:"
if has_role hub; then
    say "  edit /etc/kiosk/hub.toml; then: sudo -u kiosk-hub /opt/kiosk/venv/bin/kiosk staff add NAME --role supervisor --config /etc/kiosk/hub.toml"
    say "  tokens: sudo -u kiosk-hub /opt/kiosk/venv/bin/kiosk token new kiosk kiosk-1 --config /etc/kiosk/hub.toml"
fi
if has_role central; then
    say "  edit /etc/kiosk/central.toml; then, as the user kiosk-central: kiosk central centres import, user add, enrol"
fi
if has_role touch; then say "  edit /etc/kiosk/touch.toml and put the kiosk's token where token_file says"; fi
if has_role hall; then say "  put the hall screen's address and token into /etc/kiosk/hall.env"; fi
say "  systemctl restart kiosk.target"
