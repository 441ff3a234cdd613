-- Why a rollout went back by itself: what the centre said then, which its next report says no more.

ALTER TABLE rollout_target ADD COLUMN why TEXT NOT NULL DEFAULT '';
